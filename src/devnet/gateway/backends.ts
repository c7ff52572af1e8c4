/**
 * The live backends of one chain, and the one that all clients are served by. They share it because a program's connections are one client:
 * with a backend for each connection, one would show the past of another. It changes only when it leaves or fails, and only to a backend whose
 * head is at least the highest that a client has seen: nobody ever sees the chain go back.
 */

import { NO_BACKEND } from './messages.ts'

export interface Backend {
  /** Stable for one process, as in "validator-3". */
  readonly id: string
  readonly url: string
}

export interface BackendOptions {
  /** For errors, as in "rollup app". */
  readonly chain: string
  /** Asks one backend for the height of its head; rejects if it doesn't answer soon. */
  readonly headOf: (backend: Backend) => Promise<number>
  /** How long a request waits for a backend. */
  readonly holdMs: number
}

/** While nobody qualifies, they are asked again this often: a follower catches up within a few blocks. */
const RETRY_MS = 25

export class Backends {
  readonly #options: BackendOptions
  readonly #backends = new Map<string, Backend>()
  readonly #listeners = new Set<() => void>()
  #serving: Backend | null = null
  #choosing: Promise<Backend> | null = null
  #highest = 0
  #changed = Promise.withResolvers<void>()

  constructor(options: BackendOptions) {
    this.#options = options
  }

  /** In the order of their appearance. */
  get all(): readonly Backend[] {
    return [...this.#backends.values()]
  }

  /** Null while nobody has been chosen. */
  get serving(): Backend | null {
    return this.#serving
  }

  /** The highest head that a client has seen. */
  get highest(): number {
    return this.#highest
  }

  set(backend: Backend): void {
    const known = this.#backends.get(backend.id)
    if (known?.url === backend.url) return
    this.#backends.set(backend.id, backend)
    if (known !== undefined) this.drop(known)
    this.#announce()
  }

  remove(id: string): void {
    const backend = this.#backends.get(id)
    if (backend === undefined) return
    this.#backends.delete(id)
    this.drop(backend)
    this.#announce()
  }

  /** The backend failed: another will be chosen, or the same again once it answers. */
  drop(backend: Backend): void {
    if (this.#serving !== backend) return
    this.#serving = null
    for (const listener of this.#listeners) listener()
  }

  /** A client has been shown this height. */
  saw(height: number): void {
    if (height > this.#highest) this.#highest = height
  }

  /** Calls `listener` whenever the serving backend is lost; the returned function ends that. */
  onLost(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** The backend to ask; waits for one up to the hold time, then throws NO_BACKEND. */
  async choose(): Promise<Backend> {
    if (this.#serving !== null) return this.#serving
    this.#choosing ??= this.#search().finally(() => {
      this.#choosing = null
    })
    return this.#choosing
  }

  async #search(): Promise<Backend> {
    const { chain, holdMs } = this.#options
    const deadline = Date.now() + holdMs
    for (;;) {
      const found = await this.#firstQualified()
      if (found !== null) {
        this.#serving = found
        return found
      }
      if (Date.now() >= deadline) throw NO_BACKEND({ chain, heldMs: holdMs })
      await Promise.race([this.#changed.promise, new Promise((resolve) => setTimeout(resolve, RETRY_MS))])
    }
  }

  /** Asks all at once; the first to answer with a head that is high enough wins. */
  async #firstQualified(): Promise<Backend | null> {
    const attempts = this.all.map(async (backend) => {
      const head = await this.#options.headOf(backend)
      const current = this.#backends.get(backend.id) === backend
      if (!current || head < this.#highest) throw new Error('not qualified')
      return backend
    })
    return Promise.any(attempts).catch(() => null)
  }

  #announce(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}
