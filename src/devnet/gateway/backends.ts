/**
 * The live backends of one chain, and the one that all clients are served by. They share it because a program's connections are one client:
 * with a backend for each connection, one would show the past of another. It changes only when it leaves or fails, and only to a backend whose
 * head is at least the highest that a client has seen: nobody ever sees the chain go back.
 */

import { setTimeout as delay } from 'node:timers/promises'
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

/** A backend that doesn't qualify is asked again this often: a follower catches up within a few blocks. */
const RETRY_MS = 25

export class Backends {
  readonly #options: BackendOptions
  readonly #backends = new Map<string, Backend>()
  readonly #listeners = new Set<() => void>()
  #serving: Backend | null = null
  #choosing: Promise<Backend> | null = null
  #highest = 0
  /** The serving backend and its head at the last look. */
  #looked: { readonly backend: Backend; readonly head: number } | null = null
  #changed = Promise.withResolvers<void>()

  constructor(options: BackendOptions) {
    this.#options = options
  }

  /** In the order of their appearance. */
  get all(): readonly Backend[] {
    return [...this.#backends.values()]
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

  /** A client has been shown the chain up to this height. */
  saw(height: number): void {
    if (height > this.#highest) this.#highest = height
  }

  /** Serves from now on from a backend that is as far as any: when several have just come back, the first to answer may lag. */
  async serveNewest(): Promise<void> {
    const heads = await Promise.allSettled(this.all.map((backend) => this.#options.headOf(backend)))
    for (const head of heads) if (head.status === 'fulfilled') this.saw(head.value)
    if (this.#serving !== null) this.drop(this.#serving)
    await this.choose()
  }

  /**
   * Turns to another backend if the serving one has stood still since the last look, or doesn't answer within `waitMs`, while another has gone
   * on: it may live and be cut off from its network.
   */
  async leaveIfLeftBehind(waitMs: number): Promise<void> {
    const serving = this.#serving
    if (serving === null) return
    const others = this.all.filter((backend) => backend !== serving)
    const [head, ...heads] = await Promise.all(
      [serving, ...others].map((one) => this.#headWithin(one, waitMs)),
    )
    const stoodStill = this.#looked?.backend === serving && this.#looked.head === head
    this.#looked = { backend: serving, head: head! }
    const highest = Math.max(...heads)
    if (!stoodStill || highest <= head! || this.#serving !== serving) return
    this.saw(highest)
    this.drop(serving)
  }

  /** The chain itself went back: what clients have seen of its end is void. */
  forgetHighest(): void {
    this.#highest = 0
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
    const timeout = AbortSignal.timeout(holdMs)
    while (!timeout.aborted) {
      const found = await this.#firstQualified(timeout)
      if (found === null || this.#backends.get(found.id) !== found) continue
      this.#serving = found
      return found
    }
    throw NO_BACKEND({ chain, heldMs: holdMs })
  }

  /** Asks all at once; the first whose head is high enough wins. Null once the backends are others, or the time is over. */
  async #firstQualified(timeout: AbortSignal): Promise<Backend | null> {
    const round = new AbortController()
    const over = AbortSignal.any([timeout, round.signal])
    const noOther = Promise.race([this.#changed.promise, aborted(over)]).then(() => null)
    const qualified = this.all.map((backend) => this.#untilQualified(backend, over))
    try {
      return await Promise.race([noOther, ...qualified])
    } finally {
      round.abort()
    }
  }

  /** Asks again and again: a backend that hangs must not keep one that catches up from being chosen. Null when the search is over. */
  async #untilQualified(backend: Backend, over: AbortSignal): Promise<Backend | null> {
    while (!over.aborted) {
      const head = await this.#options.headOf(backend).catch(() => -1)
      if (head >= this.#highest) return backend
      await delay(RETRY_MS)
    }
    return null
  }

  /** -1 if it doesn't answer. */
  #headWithin(backend: Backend, waitMs: number): Promise<number> {
    const answered = this.#options.headOf(backend).catch(() => -1)
    return Promise.race([answered, delay(waitMs, -1, { ref: false })])
  }

  #announce(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
