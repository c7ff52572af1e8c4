/** The faults that are on, in words. */

import { describeFault } from '../devnet/faults/describe-fault.ts'
import type { ActiveFault } from '../devnet/faults/fault-book.ts'
import { table } from './output.ts'

const SECOND_MS = 1_000

/** A line for each. */
export function describeFaults(faults: readonly ActiveFault[], now = Date.now()): string[] {
  return table(
    faults.map((fault) => [describeFault(fault), `since ${Math.round((now - fault.since) / SECOND_MS)} s`]),
  )
}
