/**
 * Since when a rollup's leader has had something to do. Transactions that wait are work where blocks come as soon as there is any. On every
 * rollup the first block is, which shows that the rollup lives; and an epoch that has passed on the Beacon Layer: the block that ends the
 * instance mustn't wait for a heartbeat, or the instance is closed. All seats hear of these at about the same time, so they wait for the
 * leader equally long.
 */

import type { Instance } from '../primitives/ids.ts'

/** Since when (Unix ms); null for what doesn't wait. */
export interface Waiting {
  /** The oldest transaction that is in no block. */
  readonly transactions: number | null
  /** The rollup's first block. */
  readonly firstBlock: number | null
}

export class Work {
  readonly #isInstant: boolean
  /** The newest epoch heard of, and when (Unix ms) that was first. */
  #epoch: { readonly epoch: number; readonly since: number } = { epoch: -1, since: 0 }

  /** Chains with a fixed period don't build for transactions before it is over. */
  constructor(isInstant: boolean) {
    this.#isInstant = isInstant
  }

  /** The Beacon Layer has finalised a block of `epoch`. */
  beaconReached(epoch: number, now: number): void {
    if (epoch > this.#epoch.epoch) this.#epoch = { epoch, since: now }
  }

  /** In Unix ms; null if there is none. */
  since(instance: Instance | null, { transactions, firstBlock }: Waiting): number | null {
    const isOver = instance !== null && this.#epoch.epoch > instance.epoch
    const reasons = [this.#isInstant ? transactions : null, firstBlock, isOver ? this.#epoch.since : null]
    const times = reasons.filter((since) => since !== null)
    return times.length === 0 ? null : Math.min(...times)
  }
}
