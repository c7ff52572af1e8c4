/** S1, S4, S5 and S11: what honest nodes hand to their applications as final. */

import type { Block } from '../../../../src/consensus/block.ts'
import type { LeaderSchedule } from '../../../../src/consensus/leaders.ts'
import type { View } from '../../../../src/primitives/ids.ts'
import { isValidOn, type SimulatedStore } from '../application.ts'
import type { Breaches } from './breaches.ts'
import type { ReleasedVotes } from './released-votes.ts'

/** A node as far as it is held to anything; only honest ones are checked. */
export interface Watched {
  readonly label: string
  readonly seat: number
  readonly store: SimulatedStore
}

export interface ChainRules {
  readonly genesis: Block
  readonly leaders: LeaderSchedule
  /** Blocks until the instance ends; null: it doesn't. */
  readonly length: number | null
  /** With a third of the weight Byzantine, S1 can't hold. */
  readonly isOverloaded: boolean
}

export class ChainChecks {
  /** Whether two honest nodes committed different blocks of one height. */
  hasForked = false
  readonly finalViews = new Set<View>()
  readonly #rules: ChainRules
  readonly #votes: ReleasedVotes
  readonly #breaches: Breaches
  /** By height, what was committed first. */
  readonly #canonical = new Map<number, Block>()
  readonly #committed = new Map<Watched, number>()

  constructor(rules: ChainRules, votes: ReleasedVotes, breaches: Breaches) {
    this.#rules = rules
    this.#votes = votes
    this.#breaches = breaches
    this.#canonical.set(rules.genesis.header.height, rules.genesis)
  }

  /** Blocks since genesis that some honest node committed. */
  get height(): number {
    return this.#canonical.size - 1
  }

  /** Blocks since genesis that this one committed. */
  heightOf(node: Watched): number {
    return this.#lastOf(node) - this.#rules.genesis.header.height
  }

  onCommit(node: Watched, blocks: readonly Block[]): void {
    this.#checkS5(node, blocks[0]!.header.height)
    for (const block of blocks) {
      this.#checkS1(node, block)
      this.#checkS4(node, block)
      this.#checkS11(node, block)
      this.finalViews.add(block.header.view)
    }
    this.#committed.set(node, blocks[blocks.length - 1]!.header.height)
  }

  onFinished(node: Watched, terminal: Block): void {
    const isTheLast = this.#canonical.get(this.#terminalHeight)?.digest === terminal.digest
    if (!isTheLast && !this.#rules.isOverloaded)
      this.#breaches.report('S11', `${node.label} ended the instance at height ${terminal.header.height}`)
  }

  #checkS1(node: Watched, block: Block): void {
    const { height, parent } = block.header
    const known = this.#canonical.get(height)
    if (known === undefined) this.#canonical.set(height, block)
    const isAgreed = known === undefined || known.digest === block.digest
    const isOnBefore = this.#canonical.get(height - 1)?.digest === parent
    if (isAgreed && isOnBefore) return
    this.hasForked = true
    if (!this.#rules.isOverloaded)
      this.#breaches.report('S1', `${node.label} disagrees with others at height ${height}`)
  }

  #checkS4(node: Watched, block: Block): void {
    const { genesis, leaders } = this.#rules
    const { header } = block
    const parent = this.#canonical.get(header.height - 1)
    if (parent === undefined || parent.digest !== header.parent) return
    const parentView = parent === genesis ? 0 : parent.header.view
    const isInPlace = header.parentView === parentView && header.view > parentView
    const isByRule = header.time >= parent.header.time && header.proposer === leaders.leaderOf(header.view)
    if (!isInPlace || !isByRule || !isValidOn(block, parent))
      this.#breaches.report('S4', `${node.label} commits an invalid block at height ${header.height}`)
    for (let skipped = parentView + 1; skipped < header.view; skipped++) {
      if (this.#votes.quorums('X', skipped).length > 0) continue
      this.#breaches.report(
        'S4',
        `${node.label} commits a block of view ${header.view}, which skips view ${skipped}`,
      )
    }
  }

  /** What was committed but not yet durable when a node crashed is committed again. */
  #checkS5(node: Watched, first: number): void {
    const durable = Math.max(this.#rules.genesis.header.height, node.store.height)
    const last = this.#lastOf(node)
    if (first !== last + 1 && first !== durable + 1)
      this.#breaches.report('S5', `${node.label} commits ${first} after ${last}`)
  }

  #checkS11(node: Watched, { header }: Block): void {
    if (header.height > this.#terminalHeight)
      this.#breaches.report('S11', `${node.label} commits a block after the terminal one`)
  }

  get #terminalHeight(): number {
    const { length, genesis } = this.#rules
    return length === null ? Infinity : genesis.header.height + length
  }

  #lastOf(node: Watched): number {
    return this.#committed.get(node) ?? this.#rules.genesis.header.height
  }
}
