/** One node's protocol state under a test's control: events in, effects out, no host. */

import type { Application } from '../../src/consensus/application.ts'
import type { Block } from '../../src/consensus/block.ts'
import type { Committee } from '../../src/consensus/committee.ts'
import { NO_BEACON_REFERENCE } from '../../src/consensus/header.ts'
import { roundRobin } from '../../src/consensus/leaders.ts'
import type { Message } from '../../src/consensus/message.ts'
import { replay } from '../../src/consensus/recovery.ts'
import { createState, type State } from '../../src/consensus/state.ts'
import { step } from '../../src/consensus/step.ts'
import { CLOCK_TIME, timingFor } from '../../src/consensus/timing.ts'
import type { Effect, Event, Rules } from '../../src/consensus/turn.ts'
import type { Vote, VoteKind } from '../../src/consensus/vote.ts'
import type { WalRecord } from '../../src/consensus/wal.ts'
import type { ChainTime } from '../../src/platform/ports.ts'
import { simulatedScheme, simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { executedRoot } from '../simulation/engine/application.ts'
import { committeeOf, genesisBlock, voteOf } from './fixtures.ts'

export type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>

/** D = 100 ms: a view is given up 250 ms after its proposal is due. */
export const TIMING = timingFor(100)
export const START_MS = 1_000_000

/** Four equal seats led in turn (seat = view mod 4); the node has seat 0 and is connected to the others as "1", "2", "3". */
export class Rig {
  now = START_MS
  chainTime: ChainTime = CLOCK_TIME
  readonly committee: Committee = committeeOf([1, 1, 1, 1])
  readonly genesis = genesisBlock(START_MS)
  readonly rules: Rules
  readonly state: State
  /** Everything persisted so far. */
  readonly records: WalRecord[] = []
  /** Effects of the last event. */
  effects: Effect[] = []

  constructor(overrides: Partial<Rules> = {}, records: readonly WalRecord[] = []) {
    this.rules = {
      committee: this.committee,
      seat: 0,
      signer: simulatedSigner(overrides.seat ?? 0),
      scheme: simulatedScheme,
      genesis: this.genesis,
      isTerminal: () => false,
      countsVoters: false,
      leaders: roundRobin(4),
      pacing: { minBlockMs: 0, heartbeatMs: 0, instant: true },
      timing: TIMING,
      ...overrides,
    }
    this.state = createState(this.genesis, null)
    replay(this.state, records)
    this.records.push(...records)
    this.on({ type: 'start' })
    for (const seat of [1, 2, 3]) this.on({ type: 'peerConnected', peer: `${seat}`, seat })
  }

  on(event: Event): Effect[] {
    this.effects = step(this.state, event, {
      rules: this.rules,
      now: this.now,
      chainTime: this.chainTime,
    })
    for (const { record } of this.all('persist')) this.records.push(record)
    return this.effects
  }

  from(peer: number | string, message: Message): Effect[] {
    return this.on({ type: 'message', from: `${peer}`, message })
  }

  vote(signer: number, kind: VoteKind, view: number, digest?: Hex): Effect[] {
    return this.from(signer, { type: 'vote', vote: voteOf(this.committee, signer, kind, view, digest) })
  }

  certificate(certificate: Extract<Message, { type: 'certificate' }>['certificate'], from = 1): Effect[] {
    return this.from(from, { type: 'certificate', certificate })
  }

  /** The block's leader proposes it. */
  propose(block: Block, certificates: Extract<Message, { type: 'proposal' }>['certificates'] = []): Effect[] {
    const { proposer, view } = block.header
    const vote = voteOf(this.committee, proposer, 'N', view, block.digest)
    return this.from(proposer, { type: 'proposal', block, vote, certificates })
  }

  /** The application answers the verification asked for last. */
  verified(valid = true): Effect[] {
    const asked = this.all('verify').at(-1)
    if (asked === undefined) throw new Error('no verification was asked for')
    return this.on({ type: 'verified', block: asked.block, valid })
  }

  /** The application builds what was asked for last. */
  built(body = 'built here'): Effect[] {
    const { building } = this.state
    if (building === null) throw new Error('no block was asked for')
    return this.on({ type: 'built', view: building.view, payload: payloadOn(building.parent, body) })
  }

  wait(ms: number): Effect[] {
    this.now += ms
    return this.on({ type: 'wake' })
  }

  all<Type extends Effect['type']>(type: Type): EffectOf<Type>[] {
    return this.effects.filter((effect): effect is EffectOf<Type> => effect.type === type)
  }

  /** Votes sent to all by the last event, as "kind view". */
  votes(): string[] {
    return this.sentVotes().map(({ kind, view }) => `${kind}${view}`)
  }

  sentVotes(): Vote[] {
    const messages = this.all('send').map(({ message }) => message)
    return messages.flatMap((message) =>
      message.type === 'vote' || message.type === 'proposal' ? [message.vote] : [],
    )
  }

  sent<Type extends Message['type']>(
    type: Type,
  ): { to: string; message: Extract<Message, { type: Type }> }[] {
    return this.all('send').filter(({ message }) => message.type === type) as never
  }
}

function payloadOn(parent: Block, body: string): Awaited<ReturnType<Application['build']>> {
  const appBody = new TextEncoder().encode(body)
  return {
    appHeader: keccak256(appBody),
    appBody,
    stateRoot: executedRoot(parent, appBody),
    beaconRef: NO_BEACON_REFERENCE,
  }
}
