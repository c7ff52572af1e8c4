/** What must hold in a simulated instance, checked as it happens; the first breach is kept and ends the run. */

import type { Block } from '../../../src/consensus/block.ts'
import type { Committee } from '../../../src/consensus/committee.ts'
import type { LeaderSchedule } from '../../../src/consensus/leaders.ts'
import { decodeMessage } from '../../../src/consensus/message.ts'
import type { Evidence } from '../../../src/consensus/turn.ts'
import { type Certificate, type Vote, verifyCertificate } from '../../../src/consensus/vote.ts'
import { simulatedScheme } from '../../../src/platform/simulated/signatures.ts'
import { type View, view } from '../../../src/primitives/ids.ts'
import type { SimulatedStore } from './application.ts'
import type { Scenario } from './scenario.ts'

/** A node as far as it is held to anything; only honest ones are reported here. */
export interface Watched {
  readonly name: string
  readonly seat: number
  readonly store: SimulatedStore
}

export class Invariants {
  failure: string | null = null
  evidence = 0
  highestView = 0
  readonly #committee: Committee
  readonly #scenario: Scenario
  readonly #genesis: Block
  readonly #leaders: LeaderSchedule
  /** Digests by "seat:kind:view". */
  readonly #released = new Map<string, string>()
  /** Whatever an honest leader has proposed. */
  readonly #proposed = new Map<string, Block>()
  readonly #canonical = new Map<number, string>()
  readonly #committed = new Map<Watched, number>()
  /** By view: when the first honest node was seen in it. */
  readonly #entered = new Map<View, number>()
  readonly #finalViews = new Set<View>()

  constructor(committee: Committee, scenario: Scenario, genesis: Block, leaders: LeaderSchedule) {
    this.#committee = committee
    this.#scenario = scenario
    this.#genesis = genesis
    this.#leaders = leaders
  }

  fail(why: string): void {
    this.failure ??= why
  }

  /** Blocks since genesis that some honest node committed. */
  get height(): number {
    return Math.max(this.#genesis.header.height, ...this.#canonical.keys()) - this.#genesis.header.height
  }

  /** Of all that an honest node releases, across all its crashes: no NN, FF, XF or FN, and no F without execution. */
  onSent(node: Watched, bytes: Uint8Array): void {
    const message = decodeMessage(bytes)
    if (message.type !== 'vote' && message.type !== 'proposal') return
    const { vote } = message
    if (message.type === 'proposal') this.#proposed.set(vote.digest, message.block)
    if (vote.signer !== node.seat) this.fail(`${node.name} voted for seat ${vote.signer}`)
    this.highestView = Math.max(this.highestView, vote.view)
    this.#checkVote(node, vote)
    if (vote.kind === 'F') this.#checkExecuted(node, vote.digest)
  }

  /** Commits are contiguous, certified, and the same everywhere. */
  onCommit(node: Watched, blocks: readonly Block[], certificate: Certificate): void {
    const last = blocks[blocks.length - 1]!
    const isOfLast = certificate.kind === 'F' && certificate.digest === last.digest
    if (!isOfLast) this.fail(`${node.name}: certificate of another block`)
    const isGood = verifyCertificate(this.#committee, simulatedScheme, certificate)
    if (!isGood) this.fail(`${node.name}: bad certificate`)
    this.#checkContiguous(node, blocks[0]!.header.height)
    for (const block of blocks) {
      this.#checkAgreement(node, block)
      this.#finalViews.add(block.header.view)
    }
    this.#committed.set(node, last.header.height)
  }

  /** Nobody honest is accused, and what is called evidence contradicts itself. */
  onEvidence(node: Watched, { first, second, kind }: Evidence): void {
    this.evidence++
    const isHonest = this.#scenario.styles[first.signer] === 'honest'
    if (isHonest) this.fail(`${node.name} accuses honest seat ${first.signer}`)
    if (!contradicts(first, second)) this.fail(`${node.name}: ${kind} evidence that proves nothing`)
  }

  onView(at: View, nowMs: number): void {
    if (!this.#entered.has(at)) this.#entered.set(at, nowMs)
  }

  /** Everyone honest has what somebody had a while ago. */
  checkCaughtUp(node: Watched, height: number): void {
    const committed = (this.#committed.get(node) ?? this.#genesis.header.height) - this.#genesis.header.height
    if (committed < height) this.fail(`${node.name} stuck at ${committed}, others had ${height} before`)
  }

  /**
   * With a good network, quick execution, and honest leaders in this view and the two before, a view ends with a final block. Two: an
   * equivocator's certified body may have to be fetched first, which costs a round trip.
   */
  checkViews(fromMs: number, toMs: number): void {
    const { executionMs, lateMs, length, styles } = this.#scenario
    if (executionMs > 2 || lateMs > 0 || length !== null) return
    const isHonest = (at: number) => styles[this.#leaders.leaderOf(view(at))] === 'honest'
    for (const [at, enteredMs] of this.#entered) {
      if (enteredMs < fromMs || enteredMs > toMs || this.#finalViews.has(at)) continue
      if ([at, at - 1, at - 2].every(isHonest))
        this.fail(`view ${at}, entered at ${enteredMs}, came to nothing`)
    }
  }

  #checkVote(node: Watched, { kind, view: at, digest }: Vote): void {
    const released = (other: string) => this.#released.get(`${node.seat}:${other}:${at}`)
    const before = released(kind)
    this.#released.set(`${node.seat}:${kind}:${at}`, digest)
    const [n, x, f] = [released('N'), released('X'), released('F')]
    const isSecond = before !== undefined && before !== digest
    if (isSecond) this.fail(`${node.name} signed ${kind}${kind} in view ${at}`)
    if (x !== undefined && f !== undefined) this.fail(`${node.name} signed XF in view ${at}`)
    if (n !== undefined && f !== undefined && n !== f) this.fail(`${node.name} signed FN in view ${at}`)
  }

  /** Perhaps in an earlier life. */
  #checkExecuted(node: Watched, digest: string): void {
    const block = this.#proposed.get(digest)
    const isUnseen = block !== undefined && !node.store.hasEverExecuted(block)
    if (isUnseen) this.fail(`${node.name} finalizes a block unseen`)
  }

  /** What was committed but not yet durable when a node crashed is committed again. */
  #checkContiguous(node: Watched, first: number): void {
    const last = this.#committed.get(node) ?? this.#genesis.header.height
    const durable = Math.max(this.#genesis.header.height, ...node.store.blocks.keys())
    if (first !== last + 1 && first !== durable + 1) this.fail(`${node.name} commits ${first} after ${last}`)
  }

  #checkAgreement(node: Watched, { header, digest }: Block): void {
    const canonical = this.#canonical.get(header.height) ?? digest
    if (canonical !== digest) this.fail(`${node.name}: disagreement at height ${header.height}`)
    this.#canonical.set(header.height, digest)
    const { length } = this.#scenario
    const isBeyond = length !== null && header.height > this.#genesis.header.height + length
    if (isBeyond) this.fail(`${node.name} commits a block after the terminal one`)
  }
}

function contradicts(first: Vote, second: Vote): boolean {
  if (first.view !== second.view || first.signer !== second.signer) return false
  const kinds = new Set([first.kind, second.kind])
  if (kinds.has('X')) return kinds.has('F')
  return first.digest !== second.digest
}
