/** The clock of one simulated machine, which may run fast or slow, and jump. */

import type { Clock } from '../ports.ts'
import type { SimulatedTime } from './time.ts'

export class MachineClock implements Clock {
  readonly #time: SimulatedTime
  readonly #startedAt: number
  readonly #drift: number
  #offsetMs = 0

  /** `drift`: seconds gained in each second; 0.3 is a clock that is 30 % too fast. */
  constructor(time: SimulatedTime, drift = 0) {
    this.#time = time
    this.#startedAt = time.now()
    this.#drift = drift
  }

  now(): number {
    const passedMs = this.#time.now() - this.#startedAt
    return Math.floor(this.#startedAt + passedMs * (1 + this.#drift) + this.#offsetMs)
  }

  /** Somebody sets it. */
  jump(ms: number): void {
    this.#offsetMs += ms
  }

  /** How long it really takes until so much has passed by this clock. */
  trueDelayMs(delayMs: number): number {
    return Math.ceil(delayMs / (1 + this.#drift))
  }
}
