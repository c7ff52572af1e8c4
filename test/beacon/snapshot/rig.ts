/** A chain some epochs old, with all that a snapshot of it has to bring, and peers that answer a node that fetches one. */

import { createEvidence } from '../../../src/beacon/evidence.ts'
import { type FetchEffect, type FetchEvent, SnapshotFetch } from '../../../src/beacon/snapshot/fetch.ts'
import {
  encodeSnapshotResponse,
  type SnapshotRequest,
  type SnapshotResponse,
} from '../../../src/beacon/snapshot/messages.ts'
import { answerSnapshotRequest } from '../../../src/beacon/snapshot/serve.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'
import { utf8 } from '../../../src/primitives/bytes.ts'
import { presentIdentity } from '../../../src/primitives/forks.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import { beaconInstance, epoch, height, rollupId, view } from '../../../src/primitives/ids.ts'
import {
  advanceTo,
  alice,
  castVote,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  scheme,
  signedBytes,
  startNode,
} from '../fixture.ts'

export const EPOCH_LENGTH = 6
export const GENESIS = createGenesis({
  params: { epochLength: EPOCH_LENGTH, closeAfterBlocks: 2, openAfterBlocks: 2 },
  rollups: [rollupSpec()],
})
/** Registered by alice, in block 2. */
export const LATE = { id: rollupId(2), drawnAt: 3 }
export const TERMINAL = 5 * EPOCH_LENGTH

/**
 * At `head`. One of the validators is expelled; a second rollup is registered; the first one has a record and then no more, so that it is closed,
 * and opened again from there.
 */
export async function startOldChain(head = TERMINAL + 2) {
  const node = await startNode(GENESIS)
  const { app } = node
  const committee = app.committee(beaconInstance(0))!
  const [a, b] = ['a', 'b'].map((text) => castVote(committee, 3, 'N', view(9), keccakHex(utf8(text))))
  app.pool.addEvidence(createEvidence(beaconInstance(0), a!, b!))
  const spec = rollupSpec({ name: 'late', chainId: 7_700_002 })
  await advanceTo(app, 1)
  app.pool.addAction(
    signedBytes(presentIdentity(app.network), { type: 'registerRollup', nonce: 0, spec }, alice.key),
  )
  await advanceTo(app, 2)
  const instance = { rollup: rollupId(1), epoch: epoch(0), sub: 0 }
  const chain = new RollupChain(instance)
  app.pool.addRecord(
    chain.record(app.committee(instance)!, [chain.next(referenceTo(app)), chain.next(referenceTo(app))]),
  )
  await advanceTo(app, head)
  return node
}

export type Answer = (request: SnapshotRequest) => Promise<SnapshotResponse | Uint8Array | null>

export const honest =
  (app: Parameters<typeof answerSnapshotRequest>[0]): Answer =>
  (request) =>
    answerSnapshotRequest(app, request)

export const peer = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`

export interface Outcome {
  readonly effects: readonly FetchEffect[]
  /** The last one. */
  readonly end: FetchEffect
  readonly asked: readonly SnapshotRequest[]
}

/** Fetches from peers that answer so, in their order; null: not at all, whereupon a minute passes. */
export async function fetchFrom(answers: readonly Answer[], above = 0): Promise<Outcome> {
  let now = 1_000
  const fetch = new SnapshotFetch({ genesis: GENESIS, scheme, above: height(above) }, now)
  const effects: FetchEffect[] = []
  const asked: SnapshotRequest[] = []
  const events: FetchEvent[] = answers.map((_, n) => ({ type: 'connected', peer: peer(n) }))
  for (;;) {
    const event = events.shift() ?? ({ type: 'tick' } as const)
    if (event.type === 'tick') now += 60_000
    for (const effect of fetch.step(event, now)) {
      effects.push(effect)
      if (effect.type === 'fetched' || effect.type === 'failed') return { effects, end: effect, asked }
      if (effect.type !== 'ask') continue
      asked.push(effect.request)
      const response = await answers[Number(effect.peer)]!(effect.request)
      if (response === null) continue
      const bytes = response instanceof Uint8Array ? response : encodeSnapshotResponse(response)
      events.push({ type: 'message', peer: effect.peer, bytes })
    }
  }
}

/** The peers that were dropped, and why. */
export function droppedBy({ effects }: Outcome): [number, string][] {
  return effects.flatMap((effect) =>
    effect.type === 'dropped' ? [[Number(effect.peer), effect.reason]] : [],
  )
}
