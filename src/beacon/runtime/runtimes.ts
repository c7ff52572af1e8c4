/** The runtimes that blocks were executed by of late, by the hash of their code. */

import type { Hex } from '../../primitives/bytes.ts'
import type { BeaconStateView } from '../state.ts'
import type { LoadRuntime, Runtime } from './runtime.ts'

/** The present one, the next one, and what lost forks had; the oldest is forgotten first. */
const RUNTIMES_MAX = 4

export class Runtimes {
  readonly #load: LoadRuntime
  readonly #loaded = new Map<Hex, Promise<Runtime>>()

  constructor(load: LoadRuntime) {
    this.#load = load
  }

  /** What executes the block after `state`. */
  after(state: BeaconStateView): Promise<Runtime> {
    const hash = state.runtime()
    const known = this.#loaded.get(hash)
    if (known !== undefined) return known
    const loading = this.#load(state.code(hash)!)
    this.#loaded.set(hash, loading)
    if (this.#loaded.size > RUNTIMES_MAX) this.#loaded.delete(this.#loaded.keys().next().value!)
    return loading
  }
}
