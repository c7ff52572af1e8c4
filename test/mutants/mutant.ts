/** A mutant: the production code with one thing broken, and what has to notice it. */

export interface Mutant {
  readonly name: string
  /** What is broken in it, in one line. */
  readonly breaks: string
  readonly edits: readonly Edit[]
  readonly caughtBy: Detector
}

/** `find` occurs exactly once in `file`, whose path is relative to the repository. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

export type Detector = Simulation | DirectedTest

export interface Simulation {
  /** One consensus instance, or the whole network. */
  readonly kind: 'engine' | 'network'
  /** The budget: it is caught by one of the seeds 1 to this. */
  readonly seeds: number
  /** The invariants of docs/simulation.md of which one has to break first. */
  readonly invariants: readonly string[]
}

/** For what seeds come across too seldom, or never. */
export interface DirectedTest {
  readonly kind: 'test'
  readonly file: string
  /** Of the test, without the `describe` around it. */
  readonly title: string
}
