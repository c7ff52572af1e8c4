/**
 * What one machine makes of simulated time: its clock goes at a rate of its own and jumps, its timers follow that rate, and while it is
 * busy, say with a slow disk, nothing runs on it. What came meanwhile runs afterwards, in the order in which it came.
 */

import type { Clock, Timers } from '../ports.ts'
import type { SimulatedTime } from './time.ts'

export class LocalTime implements Clock, Timers {
  readonly #time: SimulatedTime
  #rate: number
  /** The clock showed `#shown` when the true time was `#since`. */
  #since: number
  #shown: number
  #busyUntil = 0

  /** `rate`: what passes here in each true second; 1.3 is a clock that is 30 % too fast. */
  constructor(time: SimulatedTime, rate = 1) {
    this.#time = time
    this.#rate = rate
    this.#since = time.now()
    this.#shown = this.#since
  }

  /** Whole milliseconds, as a machine's clock has them. */
  now(): number {
    return Math.floor(this.#shown + (this.#time.now() - this.#since) * this.#rate)
  }

  /** How long it really takes until so much has passed here. */
  trueDelayMs(delayMs: number): number {
    return Math.ceil(delayMs / this.#rate)
  }

  schedule(delayMs: number, callback: () => void): () => void {
    let cancel: () => void = () => {}
    const run = () => {
      if (this.busyMs > 0) cancel = this.#time.schedule(this.busyMs, run)
      else callback()
    }
    cancel = this.#time.schedule(this.trueDelayMs(delayMs), run)
    return () => cancel()
  }

  /** Runs `callback` at once, or when nothing keeps this machine busy any more. */
  whenFree(callback: () => void): void {
    if (this.busyMs > 0) this.schedule(0, callback)
    else callback()
  }

  /** Resolves when `delayMs` have passed here. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(delayMs, () => {
        this.#time.awaitPromises()
        resolve()
      })
    })
  }

  /** To be called where a promise resolves: its continuations then run before time goes on. */
  awaitPromises(): void {
    this.#time.awaitPromises()
  }

  /** From now on the clock goes so many times as fast as the true one. Timers that run already are not changed. */
  setRate(rate: number): void {
    this.#shown = this.now()
    this.#since = this.#time.now()
    this.#rate = rate
  }

  /** Somebody sets the clock to so much ahead of the true time. */
  setAhead(ms: number): void {
    this.setRate(this.#rate)
    this.#shown = this.#since + ms
  }

  /** How far the clock is ahead of the true time. */
  get aheadMs(): number {
    return this.now() - this.#time.now()
  }

  /** Nothing runs here for so long. */
  beBusy(forMs: number): void {
    this.#busyUntil = Math.max(this.#busyUntil, this.#time.now() + forMs)
  }

  /** How much longer nothing runs here. */
  get busyMs(): number {
    return Math.max(0, this.#busyUntil - this.#time.now())
  }
}
