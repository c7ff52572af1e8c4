/**
 * Follows the head of a chain through changes of its backend: emits the block of every height once, in order, without gaps. The serving
 * backend's newHeads only say how far the chain is; blocks are fetched by number, so that a gap and a new head go the same way.
 */

import { WebSocket } from 'ws'
import type { Backends } from './backends.ts'
import { toQuantity } from './filters.ts'
import { closed, webSocketUrl } from './pass-through.ts'
import type { Router } from './router.ts'
import type { Head } from './subscriptions.ts'

const RECONNECT_MS = 50

export class HeadFollower {
  readonly #router: Router
  readonly #backends: Backends
  readonly #listeners = new Set<(head: Head) => Promise<void>>()
  readonly #stopLosses: () => void
  #socket: WebSocket | null = null
  #started: Promise<void> | null = null
  #closed = false
  /** Of the next block to emit. */
  #nextHeight = 0
  #targetHeight = 0
  #emitting = false

  constructor(router: Router, backends: Backends) {
    this.#router = router
    this.#backends = backends
    this.#stopLosses = backends.onLost(() => this.#socket?.terminate())
  }

  /** Tells `listener` every block from the next one on. Connects with the first listener, and stays. */
  async listen(listener: (head: Head) => Promise<void>): Promise<() => void> {
    this.#started ??= this.#start().catch((cause) => {
      this.#started = null
      throw cause
    })
    await this.#started
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#closed = true
    this.#stopLosses()
    this.#socket?.terminate()
  }

  async #start(): Promise<void> {
    this.#nextHeight = (await this.#head()) + 1
    void this.#keepConnected()
  }

  async #keepConnected(): Promise<void> {
    while (!this.#closed) {
      try {
        const backend = await this.#backends.choose()
        await this.#connect(backend.url)
        if (!this.#closed) this.#backends.drop(backend)
      } catch {
        // Nobody serves. Requests are told so; followers wait.
      }
      if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
    }
  }

  /** Resolves when the connection is over. */
  #connect(url: string): Promise<void> {
    const socket = new WebSocket(webSocketUrl(url), { perMessageDeflate: false })
    this.#socket = socket
    socket.on('open', () =>
      socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'),
    )
    socket.on('message', (data) => {
      const { id, params } = JSON.parse(String(data))
      if (typeof params?.result?.number === 'string') this.#reached(Number(params.result.number))
      else if (id === 1) void this.#catchUp()
    })
    return closed(socket)
  }

  /** Subscribed: what came before is behind the head. */
  async #catchUp(): Promise<void> {
    try {
      this.#reached(await this.#head())
    } catch {
      // The backend was lost again.
    }
  }

  #reached(height: number): void {
    this.#targetHeight = Math.max(height, this.#targetHeight)
    if (!this.#emitting) void this.#emit()
  }

  async #emit(): Promise<void> {
    this.#emitting = true
    try {
      while (!this.#closed && this.#nextHeight <= this.#targetHeight) {
        const block = await this.#router.call('eth_getBlockByNumber', [toQuantity(this.#nextHeight), false])
        if (block === null) return
        const head = { height: this.#nextHeight, block: block as Head['block'] }
        this.#nextHeight += 1
        for (const listener of this.#listeners) await listener(head).catch(() => {})
      }
    } catch {
      // The backend was lost: the next connection's head starts this again.
    } finally {
      this.#emitting = false
    }
  }

  async #head(): Promise<number> {
    return Number(await this.#router.call('eth_blockNumber', []))
  }
}
