/** The invariants by the letters that failures, mutants and docs/simulation.md call them, and the first breach of a run. */

export const INVARIANTS = {
  S1: 'all honest nodes commit the same block at each height, each on the one before',
  S2: 'of all votes released, one block a view at most has a quorum of N, or of F; never F and X both; no F without N',
  S3: 'an honest seat never signs NN, FF, XF or FN in a view, across all its crashes',
  S4: 'what is voted final or committed was executed and is valid, and the views that a block skips are nullified',
  S5: 'commits are contiguous, and the same again after a crash',
  S6: 'certificates that honest nodes pass on or commit with name a quorum, all of which signed',
  S7: 'no honest seat is ever accused; every fork convicts a third of the weight',
  S8: 'committees follow from seed and stakes alone',
  S9: 'tokens are only moved or burned',
  S10: 'a soft confirmation stays unless the Beacon Layer opened an instance from below it; records and batches never contradict one',
  S11: 'an instance ends with its terminal block, the same for all, and commits nothing after it',
  L1: 'in a good network, honest leaders in a row get their views finalized',
  L2: 'in a good network, every honest node has what one of them committed within 1.5 s',
  L4: 'a node that was started again votes for a block within five views',
} as const

export type Invariant = keyof typeof INVARIANTS

/** Keeps the first breach; it ends the run. */
export class Breaches {
  first: string | null = null

  /** `invariant` is null if the simulated parts were used in a way that they forbid, or an engine failed by itself. */
  report(invariant: Invariant | null, why: string): void {
    this.first ??= invariant === null ? why : `${invariant} ${why}`
  }
}
