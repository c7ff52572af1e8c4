/** What one request for traces may take, however many transactions it follows. */

/** Ends a trace that would fill the memory, or keep the thread for too long. */
export class TraceTooLarge extends Error {
  override readonly name = 'TraceTooLarge'
}

/** Roughly, in characters of JSON. */
const CHARACTERS_MAX = 64 * 1024 * 1024
/** About 2 s of a seat's thread. */
const STEPS_MAX = 1_000_000

export class TraceBudget {
  #characters = 0
  #steps = 0

  /** Counts `characters` that the answer grows by. */
  grow(characters: number): void {
    this.#characters += characters
    if (this.#characters > CHARACTERS_MAX) throw tooLarge(`${CHARACTERS_MAX} characters`)
  }

  step(): void {
    if (++this.#steps > STEPS_MAX) throw tooLarge(`${STEPS_MAX} steps`)
  }
}

function tooLarge(most: string): TraceTooLarge {
  return new TraceTooLarge(
    `the answer is too large, with more than ${most}: set \`limit\` or \`disableStack\`, take the callTracer instead, or ask for less at once`,
  )
}
