/** What an offence costs, in whole units of the Beacon token. */

/** Of a stake, for two votes that exclude each other. */
const EQUIVOCATION_DIVISOR = 20n
/** Of what is taken, for whoever brought the evidence into a block. */
const REPORTER_DIVISOR = 16n

export interface Slash {
  /** Taken from the stake. */
  readonly amount: bigint
  /** The part of it that the reporter gets; the rest is burned. */
  readonly reward: bigint
}

/** A twentieth of the stake, rounded up: nobody is let off for having little. */
export function slashFor(stake: bigint): Slash {
  const amount = (stake + EQUIVOCATION_DIVISOR - 1n) / EQUIVOCATION_DIVISOR
  return { amount, reward: amount / REPORTER_DIVISOR }
}
