/** All mutants, in the order of the table. */

import { CERTIFYING } from './list/certifying.ts'
import { DURABILITY } from './list/durability.ts'
import { LIVENESS } from './list/liveness.ts'
import { VOTING } from './list/voting.ts'
import type { Mutant } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = [...VOTING, ...CERTIFYING, ...DURABILITY, ...LIVENESS]
