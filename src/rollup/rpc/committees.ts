/** The committees that a node knows of, as its validator hands them on. */

import type { Committee } from '../../consensus/committee.ts'
import type { Instance } from '../../primitives/ids.ts'

export interface CommitteeReader {
  /** Null if it isn't known here. */
  committeeOf(instance: Instance): Committee | null
  /** The committee in duty now; null if there is none. */
  current(): Committee | null
}
