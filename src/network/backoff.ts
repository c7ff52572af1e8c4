/** How long to wait before dialing again: doubling, with jitter, so that a network that restarts doesn't dial in step. */

import type { Random } from '../platform/ports.ts'

const FIRST_MS = 50
const LAST_MS = 5_000

/** Before attempt `attempt`, counted from 0 after the last success: between half and all of min(50 ms * 2^attempt, 5 s). */
export function backoffMs(attempt: number, random: Random): number {
  const ceilingMs = Math.min(FIRST_MS * 2 ** Math.min(attempt, 16), LAST_MS)
  const [byte] = random.bytes(1) as unknown as [number]
  return Math.round((ceilingMs * (1 + byte / 255)) / 2)
}
