/**
 * Threads for seats. Loading a seat's code takes longer than a Beacon block, so one thread may be made ahead of its need: between a
 * rollup's registration and the draw of its first committee there is nothing else to do.
 */

import type { Timers } from '../platform/ports.ts'
import type { SeatThread } from './seat-process.ts'

/** A spare thread that nobody has needed by then ends; its code takes about 30 MB. */
const SPARE_MS = 5_000

export class SeatThreads {
  readonly #start: () => SeatThread
  readonly #timers: Timers
  #spare: SeatThread | null = null
  #cancelEnd: () => void = () => {}

  constructor(start: () => SeatThread, timers: Timers) {
    this.#start = start
    this.#timers = timers
  }

  /** A seat may be needed soon. */
  prepare(): void {
    if (this.#spare !== null) return
    const spare = this.#start()
    this.#spare = spare
    // Without a listener its failure would be the validator's.
    spare.on('error', () => {})
    spare.once('exit', () => this.#forget(spare))
    this.#cancelEnd = this.#timers.schedule(SPARE_MS, () => void this.endSpare())
  }

  /** A thread that waits for what its seat is started with. */
  take(): SeatThread {
    const spare = this.#spare
    if (spare === null) return this.#start()
    this.#forget(spare)
    return spare
  }

  async endSpare(): Promise<void> {
    await this.#spare?.terminate()
  }

  #forget(spare: SeatThread): void {
    if (this.#spare !== spare) return
    this.#spare = null
    this.#cancelEnd()
  }
}
