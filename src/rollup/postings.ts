/** Where on the L1 the rollup's latest batches are, for whoever traces a transaction. */

import type { Hex } from '../primitives/bytes.ts'

export interface L1Posting {
  readonly firstHeight: number
  readonly lastHeight: number
  readonly l1Transaction: Hex
  readonly l1Block: number
}

/** Older ones are in the L1's own logs. */
const POSTINGS_MAX = 1_024

export class Postings {
  readonly #byLastHeight = new Map<number, L1Posting>()

  /** After a reorg a batch may come again in another block: the latest word counts. */
  add(posting: L1Posting): void {
    this.#byLastHeight.delete(posting.lastHeight)
    this.#byLastHeight.set(posting.lastHeight, posting)
    if (this.#byLastHeight.size > POSTINGS_MAX) {
      this.#byLastHeight.delete(this.#byLastHeight.keys().next().value!)
    }
  }

  /** The batch with the block at `height`; null if none of the latest has it. */
  of(height: number): L1Posting | null {
    for (const posting of this.#byLastHeight.values()) {
      if (posting.firstHeight <= height && height <= posting.lastHeight) return posting
    }
    return null
  }
}
