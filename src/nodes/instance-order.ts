/** Instances of one rollup follow one another by epoch, then by sub-epoch. */

import type { Instance } from '../primitives/ids.ts'

/** Negative if `a` comes first. */
export function compareInstances(a: Instance, b: Instance): number {
  return a.epoch - b.epoch || a.sub - b.sub
}
