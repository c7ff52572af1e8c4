/** One subscription held at whichever backend serves: made again after a change. What happened in between it doesn't tell. */

import { WebSocket } from 'ws'
import type { Backends } from './backends.ts'
import { resultOf } from './messages.ts'

const RESUBSCRIBE_MS = 50

export interface SubscribeCall {
  readonly method: string
  readonly params: readonly unknown[]
}

export class PassThrough {
  readonly #backends: Backends
  readonly #call: SubscribeCall
  readonly #notify: (result: unknown) => void
  readonly #stopLosses: () => void
  readonly #accepted = Promise.withResolvers<void>()
  #socket: WebSocket | null = null
  #ended = false

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
      if (!this.#ended) await new Promise((resolve) => setTimeout(resolve, RESUBSCRIBE_MS))
    }
  }

  /** Resolves when the connection is over. */
  async #connect(): Promise<void> {
    const backend = await this.#backends.choose()
    const socket = new WebSocket(webSocketUrl(backend.url), { perMessageDeflate: false })
    this.#socket = socket
    socket.on('open', () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, ...this.#call })))
    socket.on('message', (data) => this.#onMessage(JSON.parse(String(data))))
    await closed(socket)
    if (!this.#ended) this.#backends.drop(backend)
  }

  #onMessage(message: { id?: unknown; params?: { result?: unknown } }): void {
    if (message.id !== 1) {
      this.#notify(message.params?.result)
      return
    }
    try {
      resultOf(message)
      this.#accepted.resolve()
    } catch (cause) {
      this.#accepted.reject(cause)
    }
  }
}

export function webSocketUrl(httpUrl: string): string {
  return httpUrl.replace(/^http/, 'ws')
}

/** Resolves when the socket is closed, for whatever reason. */
export function closed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => socket.terminate())
    socket.on('close', () => resolve())
  })
}
