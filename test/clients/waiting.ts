/** Waiting for what a client is told in its own time. */

/**
 * Repeats `act` until `seen` resolves, and resolves with its value. For subscriptions of which a client library doesn't say when they
 * stand: what happened before isn't told, so something has to happen after.
 */
export async function repeatUntil<Value>(seen: Promise<Value>, act: () => Promise<unknown>): Promise<Value> {
  let isSeen = false
  const noted = seen.finally(() => {
    isSeen = true
  })
  // One after the other: what is left in flight would take the nonce of whatever the test sends next.
  while (!isSeen) await act()
  return noted
}

/** Collects values as they come; `next(count)` resolves once that many have come since the last call, in order. */
export class Collected<Value> {
  readonly #values: Value[] = []
  #wake = () => {}

  readonly add = (...values: Value[]): void => {
    this.#values.push(...values)
    this.#wake()
  }

  async next(count: number): Promise<Value[]> {
    while (this.#values.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#values.splice(0, count)
  }
}

/** Resolves once the transaction is final on the L1. One call waits for less long than that may take on a busy machine. */
export async function untilFinal(
  ask: (method: string, params: unknown[]) => Promise<{ rung: string } | null>,
  hash: string,
): Promise<void> {
  while ((await ask('soft_waitFor', [hash, 'final', 20_000])) === null);
}
