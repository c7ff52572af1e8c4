/** Negative, zero or positive as `a` is below, at or above `b`: what sorting wants, which a difference of bigints is not. */
export function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
