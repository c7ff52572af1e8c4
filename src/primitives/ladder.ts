/** The ladder that a rollup block climbs, from its proposal to its settlement. */

export const RUNGS = ['proposed', 'notarized', 'soft', 'beacon', 'posted', 'final', 'settled'] as const

export type Rung = (typeof RUNGS)[number]

/** Rungs at which a chain's height is one number; `proposed` and `notarized` belong to single blocks above these. */
export const HEAD_RUNGS = ['soft', 'beacon', 'posted', 'final', 'settled'] as const

export type HeadRung = (typeof HEAD_RUNGS)[number]

export function isRung(value: unknown): value is Rung {
  return RUNGS.includes(value as Rung)
}

/** Negative, zero or positive as `a` is below, at or above `b`. */
export function compareRungs(a: Rung, b: Rung): number {
  return RUNGS.indexOf(a) - RUNGS.indexOf(b)
}
