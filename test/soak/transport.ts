/** How a client of the soak talks to a rollup: JSON-RPC over HTTP, or over one WebSocket that is opened anew whenever it breaks. */

import WebSocket from 'ws'
import { createRpcClient } from '../../src/rpc/client.ts'

export interface Transport {
  /** Rejects if there is no answer in time, or an error. */
  request(method: string, params: readonly unknown[]): Promise<unknown>
  close(): void
}

const TIMEOUT_MS = 8_000

export function httpTransport(url: string): Transport {
  return createRpcClient(url, { timeoutMs: TIMEOUT_MS })
}

export function webSocketTransport(url: string): Transport {
  return new WebSocketTransport(url)
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

class WebSocketTransport implements Transport {
  readonly #url: string
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #socket: Promise<WebSocket> | null = null
  #lastId = 0

  constructor(url: string) {
    this.#url = url
  }

  async request(method: string, params: readonly unknown[]): Promise<unknown> {
    this.#socket ??= this.#open()
    const socket = await this.#socket
    const id = ++this.#lastId
    const { promise, resolve } = Promise.withResolvers<Answer>()
    this.#waiting.set(id, resolve)
    const silence = { id, error: { message: `${method}: no answer within ${TIMEOUT_MS} ms` } }
    const timer = setTimeout(resolve, TIMEOUT_MS, silence)
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    const { result, error } = await promise
    clearTimeout(timer)
    this.#waiting.delete(id)
    if (error !== undefined) throw new Error(error.message)
    return result
  }

  close(): void {
    void this.#socket?.then((socket) => socket.terminate()).catch(() => {})
  }

  #open(): Promise<WebSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<WebSocket>()
    const socket = new WebSocket(this.#url, { handshakeTimeout: TIMEOUT_MS })
    socket.on('open', () => resolve(socket))
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as Answer
      this.#waiting.get(answer.id)?.(answer)
    })
    socket.on('error', reject)
    socket.on('close', () => {
      this.#socket = null
      reject(new Error('the WebSocket was closed'))
      for (const [id, end] of this.#waiting) end({ id, error: { message: 'the WebSocket was closed' } })
    })
    return promise
  }
}
