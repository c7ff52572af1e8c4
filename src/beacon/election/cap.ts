/**
 * The cap on voting power: nobody's weight exceeds a fifth of the capped total, so no single validator can halt or fork anything
 * that a third is needed for. Enters: stakes; leaves: weights in the same order.
 */

/** The reciprocal of the largest share. */
const CAP_DENOMINATOR = 5
/** With fewer nobody could be kept to that share. */
export const MIN_VALIDATORS = CAP_DENOMINATOR

/**
 * min(stake, C) with the largest C for which CAP_DENOMINATOR * C <= the sum of them (water filling, in exact integers). Null with fewer
 * than CAP_DENOMINATOR positive stakes: then no such positive C exists.
 */
export function computeCappedWeights(stakes: readonly bigint[]): bigint[] | null {
  const descending = stakes.filter((stake) => stake > 0n).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
  if (descending.length < CAP_DENOMINATOR) return null
  let rest = descending.reduce((sum, stake) => sum + stake, 0n)
  let cap = rest
  // With j stakes above the cap, j * C + rest = CAP_DENOMINATOR * C; the first j that fits its own premise is the answer.
  for (let j = 0; j < CAP_DENOMINATOR; j++) {
    cap = rest / BigInt(CAP_DENOMINATOR - j)
    if (descending[j]! <= cap) break
    rest -= descending[j]!
  }
  return stakes.map((stake) => lower(stake, cap))
}

function lower(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}
