/** The cap on voting power: nobody's weight exceeds a fifth of the capped total. */

import { lower, U256 } from '../primitives/uint'

/** The reciprocal of the largest share. */
const CAP_DENOMINATOR: i32 = 5
/** With fewer nobody could be kept to that share. */
export const MIN_VALIDATORS: i32 = CAP_DENOMINATOR

/** min(stake, C) with the largest C for which CAP_DENOMINATOR * C <= the sum of them. Null with fewer positive stakes than that. */
export function computeCappedWeights(stakes: U256[]): U256[] | null {
  const descending: U256[] = []
  let rest = U256.ZERO
  for (let i = 0; i < stakes.length; i++) {
    if (stakes[i].isZero) continue
    descending.push(stakes[i])
    rest = rest + stakes[i]
  }
  if (descending.length < CAP_DENOMINATOR) return null
  descending.sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
  let cap = rest
  // With j stakes above the cap, j * C + rest = CAP_DENOMINATOR * C; the first j that fits its own premise is the answer.
  for (let j = 0; j < CAP_DENOMINATOR; j++) {
    cap = rest / U256.of(CAP_DENOMINATOR - j)
    if (descending[j] <= cap) break
    rest = rest - descending[j]
  }
  const weights: U256[] = []
  for (let i = 0; i < stakes.length; i++) weights.push(lower(stakes[i], cap))
  return weights
}
