/** What is where in a validator's data folder. */

import type { RollupId } from '../primitives/ids.ts'

/** The Beacon Layer's blocks and state. */
export const BEACON_STORE = 'beacon'
/** Write-ahead logs of the Beacon Layer's instances; those of a rollup lie beside its store. */
export const BEACON_LOGS = 'beacon-wal'
/** A rollup's blocks and state, in its folder. */
export const ROLLUP_STORE = 'chain'

export function rollupFolder(rollup: RollupId): string {
  return `rollup-${rollup}`
}

export function isRollupFolder(name: string): boolean {
  return /^rollup-\d+$/.test(name)
}
