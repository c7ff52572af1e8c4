/** What a component may use up in one call. The same everywhere, for what becomes of a call is part of consensus. */

import type { MeterLimits } from './meter-module.ts'

export const METER_LIMITS: MeterLimits = {
  // Half a second to a second. Nodes may have to use it up several times for one block of a runtime that never ends.
  fuel: 1_500_000_000n,
  // A quarter of what Node gives a thread.
  depth: 256 * 1024,
  // 256 MiB.
  memoryPages: 4096,
}
