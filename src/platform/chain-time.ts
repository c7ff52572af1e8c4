/**
 * How far the time of a network's chains is before the machine's: 0, unless somebody moves the clock of a network at a desk. In memory that all
 * threads of a process share, since each of them makes or judges blocks.
 */

import type { ChainTime } from './ports.ts'

const AHEAD = 0
const ACCEPTED = 1

export class SharedChainTime implements ChainTime {
  readonly memory: SharedArrayBuffer
  readonly #values: BigInt64Array

  /** `memory` of another thread's, or new. */
  constructor(memory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#values = new BigInt64Array(memory)
  }

  get aheadMs(): number {
    return Number(Atomics.load(this.#values, AHEAD))
  }

  get acceptedMs(): number {
    return Number(Atomics.load(this.#values, ACCEPTED))
  }

  /** Whole milliseconds. */
  set({ aheadMs, acceptedMs }: ChainTime): void {
    Atomics.store(this.#values, ACCEPTED, BigInt(acceptedMs))
    Atomics.store(this.#values, AHEAD, BigInt(aheadMs))
  }
}
