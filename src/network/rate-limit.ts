/** A token bucket that may go into debt: what came in can't be refused any more, but what comes next can wait. */

import type { Clock } from '../platform/ports.ts'

export class RateLimit {
  #perSecond: number
  readonly #clock: Clock
  #tokens: number
  #refilledAt: number

  /** Allows `perSecond` a second, and as much at once after a quiet second. */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#tokens = perSecond
    this.#refilledAt = clock.now()
  }

  /** From now on. */
  allow(perSecond: number): void {
    this.#perSecond = perSecond
    this.#tokens = Math.min(this.#tokens, perSecond)
  }

  /** Spends `amount` and gives the milliseconds to wait before spending more: 0 while there is no debt. */
  spend(amount: number): number {
    const now = this.#clock.now()
    // A clock that was set back refills nothing.
    const elapsedMs = Math.max(0, now - this.#refilledAt)
    this.#refilledAt = now
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (elapsedMs * this.#perSecond) / 1000) - amount
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1000) / this.#perSecond)
  }
}
