/** One subscription held at whichever backend serves: made again after a change. What happened in between it doesn't tell. */

import { setTimeout as delay } from 'node:timers/promises'
import { BackendSocket, type SubscribeCall } from './backend-socket.ts'
import type { Backends } from './backends.ts'
import { BACKENDS_LOST } from './messages.ts'

const RESUBSCRIBE_MS = 50
/** Of connections that end before anybody has accepted the subscription. */
const ATTEMPTS_MAX = 3

export class PassThrough {
  readonly #backends: Backends
  readonly #call: SubscribeCall
  readonly #notify: (result: unknown) => void
  readonly #stopLosses: () => void
  readonly #accepted = Promise.withResolvers<void>()
  #socket: BackendSocket | null = null
  #ended = false
  #attempts = 0

  private constructor(backends: Backends, call: SubscribeCall, notify: (result: unknown) => void) {
    this.#backends = backends
    this.#call = call
    this.#notify = notify
    this.#stopLosses = backends.onLost(() => this.#socket?.terminate())
  }

  /** Resolves once the first backend has accepted the subscription; rejects with its refusal. */
  static async start(
    backends: Backends,
    call: SubscribeCall,
    notify: (result: unknown) => void,
  ): Promise<PassThrough> {
    const held = new PassThrough(backends, call, notify)
    void held.#keep()
    try {
      await held.#accepted.promise
      return held
    } catch (cause) {
      held.end()
      throw cause
    }
  }

  end(): void {
    this.#ended = true
    this.#stopLosses()
    this.#socket?.terminate()
  }

  async #keep(): Promise<void> {
    while (!this.#ended) {
      try {
        await this.#connect()
      } catch (cause) {
        this.#accepted.reject(cause)
      }
      if (!this.#ended) await delay(RESUBSCRIBE_MS)
    }
  }

  /** Resolves when the connection is over. */
  async #connect(): Promise<void> {
    const backend = await this.#backends.choose()
    if (this.#ended) return
    this.#socket = new BackendSocket(backend.url, this.#call, {
      onAccepted: this.#accepted.resolve,
      onRefused: this.#accepted.reject,
      onNotice: this.#notify,
    })
    await this.#socket.closed
    if (++this.#attempts === ATTEMPTS_MAX) {
      this.#accepted.reject(BACKENDS_LOST({ method: this.#call.method, count: ATTEMPTS_MAX }))
    }
    if (!this.#ended) this.#backends.drop(backend)
  }
}
