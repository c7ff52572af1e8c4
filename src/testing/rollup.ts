/** A rollup as test code uses it: a chain with a committee. */

import type { RollupEndpoint } from '../devnet/endpoints.ts'
import { type ChainParts, TestChain } from './chain.ts'

/** One elected sequencer. `rpcUrl` is where the seat itself answers; null while its validator is down. */
export type Seat = RollupEndpoint['committee'][number]

export class TestRollup extends TestChain {
  readonly #current: () => RollupEndpoint

  /** `current` looks the rollup up again, since its committee changes with each epoch. */
  constructor(current: () => RollupEndpoint, parts: ChainParts) {
    super(current(), parts)
    this.#current = current
  }

  /** Of the newest epoch that its seats have reported. */
  get committee(): readonly Seat[] {
    return this.#current().committee
  }

  get epoch(): number {
    return this.#current().epoch
  }
}
