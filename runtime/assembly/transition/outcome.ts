/** What became of an action that was charged. */

import { NONE } from '../primitives/ids'

export class Outcome {
  constructor(
    /** Why it did nothing; null if it was applied. */
    readonly refusal: string | null,
    /** Registered or closed by it, or NONE. */
    readonly rollup: i64,
  ) {}

  static ofRollup(rollup: i64): Outcome {
    return new Outcome(null, rollup)
  }

  static refused(word: string): Outcome {
    return new Outcome(word, NONE)
  }
}
