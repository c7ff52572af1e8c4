/**
 * How many blocks of each rollup are confirmed by its committee (rung `soft`) and not yet recorded on the Beacon Layer (rung `beacon`).
 * In: confirmations, in the order of the chain. It knows of nothing before the first ones that it sees.
 */

import type { RollupConfirmation } from 'beaconlayer'

interface Heads {
  readonly soft?: number
  readonly beacon?: number
}

export class LagMeter {
  readonly #heads = new Map<string, Heads>()

  /** The rollup's lag in blocks; null as long as only one of its heads has been seen. */
  observe({ rollup, number, rung }: Pick<RollupConfirmation, 'rollup' | 'number' | 'rung'>): number | null {
    const heads = { ...this.#heads.get(rollup), [rung]: number }
    this.#heads.set(rollup, heads)
    const { soft, beacon } = heads
    return soft === undefined || beacon === undefined ? null : Math.max(0, soft - beacon)
  }
}
