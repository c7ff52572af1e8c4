/** The ports of time and chance as this machine has them. */

import { randomBytes } from 'node:crypto'
import type { Clock, Random, Timers } from './ports.ts'

/** Beyond this, setTimeout fires at once. */
const DELAY_MS_MAX = 2 ** 31 - 1

/** Unix time; it jumps when somebody sets the machine's clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** A timer keeps the process alive until it has run or was cancelled. */
export const systemTimers: Timers = {
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), DELAY_MS_MAX))
    return () => clearTimeout(timer)
  },
}

/** Cryptographically secure. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }
