/** All mutants, in the order of the table. */

import { BEACON_LAYER } from './list/beacon-layer.ts'
import { CERTIFYING } from './list/certifying.ts'
import { DURABILITY } from './list/durability.ts'
import { HAND_OVER } from './list/hand-over.ts'
import { LIVENESS } from './list/liveness.ts'
import { SETTLEMENT } from './list/settlement.ts'
import { VOTING } from './list/voting.ts'
import type { Mutant } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = [
  ...VOTING,
  ...CERTIFYING,
  ...DURABILITY,
  ...LIVENESS,
  ...BEACON_LAYER,
  ...HAND_OVER,
  ...SETTLEMENT,
]
