/**
 * The protocol step under a storm: a committee of four, of which one seat and two observers send whatever a message can hold, well signed
 * or not, while the other three go on. Nothing may throw, halt, accuse the honest, or make the state grow with the number of messages.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Block, createBlock } from '../../src/consensus/block.ts'
import { weightedRoundRobin } from '../../src/consensus/leaders.ts'
import { CHAIN_BLOCKS_MAX, encodeMessage, type Message } from '../../src/consensus/message.ts'
import { findParent } from '../../src/consensus/parent.ts'
import { VIEW_WINDOW } from '../../src/consensus/state.ts'
import type { Turn } from '../../src/consensus/turn.ts'
import { bitmapOf, type Certificate, VOTE_KINDS, type Vote, type VoteKind } from '../../src/consensus/vote.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { ZERO_HASH } from '../../src/primitives/hash.ts'
import { height, view } from '../../src/primitives/ids.ts'
import {
  block as anyBlock,
  certificate as anyCertificate,
  message as anyMessage,
  hash,
} from '../consensus/arbitraries.ts'
import { certificateOf, childOf, voteOf } from '../consensus/fixtures.ts'
import { Rig } from '../consensus/rig.ts'
import { fuzz } from './support.ts'

/** It and the observers, which aren't in the committee, are whom nobody can trust. */
const LIAR = 3
const LIARS = [`${LIAR}`, 'observer-a', 'observer-b'] as const
const HONEST = [1, 2] as const

class Storm extends Rig {
  /** What the honest have signed, as "seat view" to kinds: they never contradict themselves. */
  readonly #signed = new Map<string, Partial<Record<VoteKind, Hex>>>()
  readonly #seen: Hex[] = []

  constructor() {
    super({ leaders: weightedRoundRobin([1n, 1n, 1n, 1n], new Uint8Array(32)), isTerminal: isTerminal })
    for (const observer of LIARS.slice(1)) this.on({ type: 'peerConnected', peer: observer, seat: -1 })
  }

  get leader(): number {
    return this.rules.leaders.leaderOf(this.state.view)
  }

  /** A digest that was on the wire, or zeros. */
  known(index: number): Hex {
    return this.#seen[index % (this.#seen.length + 1)] ?? ZERO_HASH
  }

  /** A good child of the best block, as whoever leads would propose it; null while something is missing for it. */
  nextBlock(body: string, isTerminal = false): Block | null {
    const turn: Turn = {
      rules: this.rules,
      now: this.now,
      chainTime: this.chainTime,
      state: this.state,
      effects: [],
    }
    const parent = findParent(turn, this.state.view)
    if ('missing' in parent) return null
    const { block, justification } = parent
    const time = isTerminal ? TERMINAL_TIME : Math.max(this.now, block.header.time)
    const fields = {
      view: this.state.view,
      parentView: parent.view,
      proposer: this.leader,
      justification,
      time,
      body,
    }
    const child = childOf(block, fields)
    this.#seen.push(child.digest)
    return child
  }

  /** By an honest leader, if one leads. */
  proposeHonestly(body: string): void {
    const block = this.leader === LIAR || this.leader === 0 ? null : this.nextBlock(body)
    if (block === null || !this.#mayEver(this.leader, 'N', this.state.view, block.digest)) return
    this.propose(block)
  }

  /** The two others vote as the protocol has it, so far as they haven't voted otherwise. */
  voteHonestly(kind: VoteKind): void {
    const { view, rounds } = this.state
    const at = kind === 'F' ? view - 1 : view
    const round = rounds.get(at as typeof view)
    const digest = kind === 'X' ? ZERO_HASH : kind === 'N' ? round?.proposal : round?.certificates.N?.digest
    if (digest === undefined || digest === null) return
    for (const seat of HONEST) if (this.#mayEver(seat, kind, at, digest)) this.vote(seat, kind, at, digest)
  }

  answerApplication(isValid: boolean): void {
    if (this.pendingBlock !== null) this.on({ type: 'verified', block: this.pendingBlock, valid: isValid })
    if (this.state.building !== null) this.built(`${this.now}`)
    this.commitAll()
  }

  commitAll(): void {
    while (this.state.commitsUnderWay > 0) {
      this.on({ type: 'committed', height: this.state.final.block.header.height })
    }
  }

  /** The one that is being executed. */
  get pendingBlock(): Block | null {
    return [...this.state.blocks.values()].find(({ execution }) => execution === 'running')?.block ?? null
  }

  #mayEver(seat: number, kind: VoteKind, at: number, digest: Hex): boolean {
    const key = `${seat} ${at}`
    const before = this.#signed.get(key) ?? {}
    if ((before[kind] ?? digest) !== digest) return false
    if ((kind === 'F' && before.X) || (kind === 'X' && before.F)) return false
    if (kind === 'F' && before.N && before.N !== digest) return false
    this.#signed.set(key, { ...before, [kind]: digest })
    return true
  }
}

const TERMINAL_TIME = 1_234_567
function isTerminal({ header }: Block): boolean {
  return header.time === TERMINAL_TIME
}

type Deed = (storm: Storm) => void

/** Around the present view, at the edges of the window, and beyond any. */
const anyView = fc.oneof(
  {
    arbitrary: fc.integer({ min: -4, max: 4 }).map((by) => (storm: Storm) => storm.state.view + by),
    weight: 6,
  },
  fc
    .constantFrom(VIEW_WINDOW - 1, VIEW_WINDOW, VIEW_WINDOW + 1)
    .map((by) => (storm: Storm) => storm.state.view + by),
  fc.constantFrom(0, 1, 57, 2 ** 31, 2 ** 53 - 1).map((at) => () => at),
  fc.maxSafeNat().map((at) => () => at),
)
const anyDigest = fc.oneof(
  fc.nat().map((index) => (storm: Storm) => storm.known(index)),
  hash.map((digest) => () => digest),
)
const kind = fc.constantFrom(...VOTE_KINDS)
const from = fc.constantFrom(...LIARS)

/** By the liar and mostly well signed, or in another seat's name. */
const liarsVote = fc
  .tuple(kind, anyView, anyDigest, fc.constantFrom(LIAR, LIAR, LIAR, 0, 1, 2, 4, 0xffff), fc.boolean())
  .map(([of, viewOf, digestOf, signer, isSigned]) => (storm: Storm): Vote => {
    const at = Math.max(0, viewOf(storm))
    const digest = of === 'X' ? ZERO_HASH : digestOf(storm)
    const vote = voteOf(storm.committee, LIAR, of, at, digest)
    return { ...vote, signer, signature: isSigned ? vote.signature : new Uint8Array(192).fill(at & 0xff) }
  })

/** Which only the liar has signed, whatever its bitmap says. */
const forgedCertificate = fc
  .tuple(kind, anyView, anyDigest, fc.uint8Array({ maxLength: 3 }), fc.boolean())
  .map(([of, viewOf, digestOf, bitmap, isWhole]) => (storm: Storm): Certificate => {
    const at = Math.max(0, viewOf(storm))
    const forged = certificateOf(storm.committee, of, at, of === 'X' ? ZERO_HASH : digestOf(storm), [LIAR])
    return { ...forged, bitmap: isWhole ? bitmapOf([0, 1, 2, 3], 4) : bitmap }
  })

/** A block on the best one, or anything with fields of one. */
const liarsBlock = fc
  .tuple(
    anyBlock,
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
    anyView,
    fc.array(forgedCertificate, { maxLength: 2 }),
  )
  .map(([any, isGood, isLast, isRedated, viewOf, forged]) => (storm: Storm): Block => {
    const good = isGood ? storm.nextBlock(`by the liar at ${storm.now}`, isLast) : null
    if (good === null) return { ...any, justification: forged.map((make) => make(storm)) }
    if (!isRedated) return good
    const at = view(Math.max(1, viewOf(storm)))
    return createBlock({
      ...good,
      header: { ...good.header, view: at, parentView: view(Math.min(at - 1, good.header.parentView)) },
    })
  })

const liarsMessage: fc.Arbitrary<(storm: Storm) => Message> = fc.oneof(
  {
    arbitrary: liarsVote.map(
      (make) =>
        (storm: Storm): Message => ({ type: 'vote', vote: make(storm) }),
    ),
    weight: 5,
  },
  forgedCertificate.map(
    (make) =>
      (storm: Storm): Message => ({ type: 'certificate', certificate: make(storm) }),
  ),
  fc
    .tuple(liarsBlock, liarsVote, fc.boolean(), fc.array(forgedCertificate, { maxLength: 1 }))
    .map(([makeBlock, makeVote, isFitting, forged]) => (storm: Storm): Message => {
      const block = makeBlock(storm)
      const vote = isFitting
        ? voteOf(storm.committee, LIAR, 'N', storm.state.view, block.digest)
        : makeVote(storm)
      return { type: 'proposal', block, vote, certificates: forged.map((make) => make(storm)) }
    }),
  liarsBlock.map(
    (make) =>
      (storm: Storm): Message => ({ type: 'block', block: make(storm) }),
  ),
  fc.tuple(anyView, fc.option(anyDigest)).map(
    ([viewOf, digestOf]) =>
      (storm: Storm): Message => ({
        type: 'need',
        view: view(Math.max(0, viewOf(storm))),
        digest: digestOf?.(storm) ?? null,
      }),
  ),
  fc.tuple(fc.maxSafeNat(), fc.integer({ min: 1, max: CHAIN_BLOCKS_MAX })).map(
    ([fromHeight, max]) =>
      (): Message => ({ type: 'chainRequest', fromHeight: height(fromHeight), max }),
  ),
  fc.tuple(fc.array(liarsBlock, { maxLength: 3 }), forgedCertificate).map(
    ([blocks, certificate]) =>
      (storm: Storm): Message => ({
        type: 'chainResponse',
        blocks: blocks.map((make) => make(storm)),
        headers: [],
        certificate: certificate(storm),
      }),
  ),
  anyMessage.map((message) => () => message),
)

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    arbitrary: fc.tuple(from, liarsMessage).map(
      ([sender, make]): Deed =>
        (storm) =>
          storm.from(sender, make(storm)),
    ),
    weight: 12,
  },
  {
    arbitrary: fc.string({ maxLength: 3 }).map(
      (body): Deed =>
        (storm) =>
          storm.proposeHonestly(body),
    ),
    weight: 3,
  },
  {
    arbitrary: kind.map(
      (of): Deed =>
        (storm) =>
          storm.voteHonestly(of),
    ),
    weight: 4,
  },
  { arbitrary: fc.constant<Deed>((storm) => storm.answerApplication(true)), weight: 4 },
  fc.boolean().map(
    (isValid): Deed =>
      (storm) =>
        storm.answerApplication(isValid || storm.leader !== LIAR),
  ),
  {
    arbitrary: fc.nat(400).map(
      (ms): Deed =>
        (storm) =>
          storm.wait(ms),
    ),
    weight: 2,
  },
  from.map(
    (peer): Deed =>
      (storm) =>
        storm.on({ type: 'garbage', from: peer }),
  ),
  from.map(
    (peer): Deed =>
      (storm) =>
        reconnect(storm, peer),
  ),
  fc.option(fc.nat(1_000)).map(
    (ago): Deed =>
      (storm) =>
        storm.on({ type: 'work', since: ago === null ? null : storm.now - ago }),
  ),
)

function reconnect(storm: Storm, peer: string): void {
  storm.on({ type: 'peerDisconnected', peer })
  storm.on({ type: 'peerConnected', peer, seat: peer === `${LIAR}` ? LIAR : -1 })
}

/** Bounds that no number of messages may break. */
function checkState({ state, effects }: Storm): void {
  assert.equal(state.halted, false, 'a liar alone has halted the instance')
  assert.ok(state.rounds.size <= 3 * VIEW_WINDOW, `${state.rounds.size} rounds`)
  assert.ok(state.blocks.size <= 128, `${state.blocks.size} blocks`)
  assert.ok(state.ancestry.size <= 1_100, `${state.ancestry.size} headers`)
  assert.ok(state.needs.size <= 80, `${state.needs.size} needs`)
  assert.ok(state.peers.size <= 5 && state.silentViews.size <= 4)
  assert.deepEqual(
    [...state.banned].filter((seat) => seat !== LIAR),
    [],
    'banned',
  )
  assert.deepEqual(
    [...state.accused].filter((key) => !key.startsWith(`${LIAR}:`)),
    [],
    'accused',
  )
  assert.ok(effects.length <= 200, `${effects.length} effects of one event`)
}

fuzz(
  'whatever one seat and its observers send, an instance goes on, and its state stays small',
  60,
  fc.property(fc.array(deed, { minLength: 50, maxLength: 400, size: 'max' }), (deeds) => {
    const storm = new Storm()
    for (const one of deeds) {
      one(storm)
      checkState(storm)
      // What leaves has to have an encoding.
      for (const { message } of storm.all('send')) encodeMessage(message)
    }
  }),
)

fuzz(
  'certificates and blocks that a whole committee has signed make no step throw, whatever they say',
  100,
  fc.property(
    fc.array(
      fc.tuple(kind, fc.integer({ min: 1, max: 400 }), anyDigest, anyBlock, anyCertificate, fc.boolean()),
      {
        maxLength: 60,
        size: 'max',
      },
    ),
    (signed) => {
      const storm = new Storm()
      for (const [of, at, digestOf, any, other, hasBlock] of signed) {
        const block = storm.nextBlock(`${at}`) ?? any
        const digest = of === 'X' ? ZERO_HASH : hasBlock ? block.digest : digestOf(storm)
        storm.certificate(certificateOf(storm.committee, of, at, digest))
        if (hasBlock) storm.from('1', { type: 'block', block })
        storm.from('2', { type: 'chainResponse', blocks: [block], headers: [], certificate: other })
        storm.answerApplication(true)
      }
    },
  ),
)

test('a committee that finalizes one block in two views has halted the instance, as by any other contradiction', () => {
  const storm = new Storm()
  const block = storm.nextBlock('once')!
  storm.certificate(certificateOf(storm.committee, 'F', 1, block.digest))
  storm.from('1', { type: 'block', block })
  storm.answerApplication(true)
  assert.equal(storm.state.final.block.digest, block.digest)
  storm.certificate(certificateOf(storm.committee, 'F', 2, block.digest))
  assert.equal(storm.all('halt').length, 1)
})

test('a block that is built twice for one view is proposed once', () => {
  const storm = new Storm()
  while (storm.leader !== 0) storm.certificate(certificateOf(storm.committee, 'X', storm.state.view))
  storm.built('one')
  assert.deepEqual(storm.votes(), [`N${storm.state.view}`])
  storm.built('another')
  assert.deepEqual(storm.votes(), [])
})
