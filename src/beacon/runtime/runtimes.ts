/** The runtimes that blocks were executed by of late, by the hash of their code. */

import type { Hex } from '../../primitives/bytes.ts'
import type { BeaconStateView } from '../state.ts'
import { type LoadRuntime, type Runtime, RuntimeFailure } from './runtime.ts'

/** The present one, the next one, and what lost forks had; the oldest is forgotten first. */
const RUNTIMES_MAX = 4

export class Runtimes {
  readonly #load: LoadRuntime
  readonly #loaded = new Map<Hex, Promise<Runtime>>()

  constructor(load: LoadRuntime) {
    this.#load = load
  }

  /** Of the code with this hash, which `state` has. Rejects with RuntimeFailure if it is none. */
  of(code: Hex, state: BeaconStateView): Promise<Runtime> {
    const known = this.#loaded.get(code)
    if (known !== undefined) return known
    const loading = this.#load(state.code(code)!)
    this.#loaded.set(code, loading)
    if (this.#loaded.size > RUNTIMES_MAX) this.#loaded.delete(this.#loaded.keys().next().value!)
    return loading
  }

  /** Loads what may be executed by soon, for that takes seconds. Whether it is a runtime is asked when it is its turn. */
  prepare(code: Hex, state: BeaconStateView): void {
    this.of(code, state).catch((error: unknown) => {
      if (!(error instanceof RuntimeFailure)) this.#loaded.delete(code)
    })
  }
}
