/**
 * Since when a rollup's leader has had something to do. Transactions that wait are work where blocks come as soon as there is any; so is, on
 * every rollup, an epoch that has passed on the Beacon Layer: the block that ends the instance mustn't wait for a heartbeat, or the instance
 * is closed. All seats hear of both at about the same time, so they wait for the leader equally long.
 */

import type { Instance } from '../primitives/ids.ts'

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

  /** In Unix ms; null if there is none. `pendingSince` is of the oldest transaction that is in no block. */
  since(instance: Instance | null, pendingSince: number | null): number | null {
    const pending = this.#isInstant ? pendingSince : null
    const handOver = instance !== null && this.#epoch.epoch > instance.epoch ? this.#epoch.since : null
    if (pending === null || handOver === null) return pending ?? handOver
    return Math.min(pending, handOver)
  }
}
