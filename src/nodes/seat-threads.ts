/**
 * Threads for seats. Loading a seat's code takes longer than a Beacon block, so one thread may be made ahead of its need: between a
 * rollup's registration and the draw of its first committee there is nothing else to do.
 */

import { Worker } from 'node:worker_threads'
import type { Timers } from '../platform/ports.ts'

/** A spare thread that nobody has needed by then ends; its code takes about 30 MB. */
const SPARE_MS = 5_000

export class SeatThreads {
  readonly #file: URL
  readonly #timers: Timers
  #spare: Worker | null = null
  #cancelEnd: () => void = () => {}

  /** `file` is the entry of a seat's thread. */
  constructor(file: URL, timers: Timers) {
    this.#file = file
    this.#timers = timers
  }

  /** A seat may be needed soon. */
  prepare(): void {
    if (this.#spare !== null) return
    const spare = new Worker(this.#file, { name: 'seat' })
    this.#spare = spare
    // Without a listener its failure would be the validator's.
    spare.on('error', () => {})
    spare.once('exit', () => this.#forget(spare))
    this.#cancelEnd = this.#timers.schedule(SPARE_MS, () => void this.endSpare())
  }

  /** A thread that waits for what its seat is started with. */
  take(): Worker {
    const spare = this.#spare
    if (spare === null) return new Worker(this.#file, { name: 'seat' })
    this.#forget(spare)
    return spare
  }

  async endSpare(): Promise<void> {
    await this.#spare?.terminate()
  }

  #forget(spare: Worker): void {
    if (this.#spare !== spare) return
    this.#spare = null
    this.#cancelEnd()
  }
}
