/** Writes that may still be taken back: an action that is refused halfway must change nothing. */

import type { StateHost } from '../host.ts'
import type { StateKey } from '../keys.ts'

export class AttemptHost implements StateHost {
  readonly #host: StateHost
  #attempted: Map<StateKey, Uint8Array> | null = null

  constructor(host: StateHost) {
    this.#host = host
  }

  get(key: StateKey): Uint8Array | undefined {
    return this.#attempted?.get(key) ?? this.#host.get(key)
  }

  set(key: StateKey, value: Uint8Array): void {
    if (this.#attempted === null) this.#host.set(key, value)
    else this.#attempted.set(key, value)
  }

  /** What `perform` writes stays only if it says so. */
  attempt<Outcome>(perform: () => Outcome, isKept: (outcome: Outcome) => boolean): Outcome {
    const attempted = new Map<StateKey, Uint8Array>()
    this.#attempted = attempted
    const outcome = perform()
    this.#attempted = null
    if (isKept(outcome)) for (const [key, value] of attempted) this.#host.set(key, value)
    return outcome
  }
}
