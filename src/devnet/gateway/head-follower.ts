/**
 * Follows the head of a chain through changes of its backend: tells listeners the block of every height once, in order, without gaps. The
 * serving backend's newHeads only say how far the chain is; blocks are fetched by number, so that a gap and a new head go the same way.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { RpcError } from '../../rpc/rpc-error.ts'
import { BackendSocket } from './backend-socket.ts'
import type { Backends } from './backends.ts'
import { toQuantity } from './filters.ts'
import type { Router } from './router.ts'

export interface Head {
  readonly height: number
  /** The block as eth_getBlockByNumber gives it. */
  readonly block: Readonly<Record<string, unknown>>
}

/** Is told one head after the other, the next when it is done with the one before; if it fails, the same again. */
export type HeadListener = (head: Head) => Promise<void> | void

const NEW_HEADS = { method: 'eth_subscribe', params: ['newHeads'] }
const RETRY_MS = 50

export class HeadFollower {
  readonly #router: Router
  readonly #backends: Backends
  readonly #listeners = new Set<HeadListener>()
  readonly #stopLosses: () => void
  #socket: BackendSocket | null = null
  #started: Promise<void> | null = null
  #closed = false
  /** Of the next block to tell. */
  #nextHeight = 0
  #targetHeight = 0
  #telling = false

  constructor(router: Router, backends: Backends) {
    this.#router = router
    this.#backends = backends
    this.#stopLosses = backends.onLost(() => this.#socket?.terminate())
  }

  /** Connects when called for the first time, and stays; to be awaited before {@link listen}. */
  async start(): Promise<void> {
    this.#started ??= this.#start().catch((cause) => {
      this.#started = null
      throw cause
    })
    await this.#started
  }

  /** Tells `listener` every block from the next one on; the returned function ends that. */
  listen(listener: HeadListener): () => void {
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
      if (!this.#closed) await delay(RETRY_MS)
    }
  }

  /** Resolves when the connection is over. */
  #connect(url: string): Promise<void> {
    this.#socket = new BackendSocket(url, NEW_HEADS, {
      // What came before is behind the head.
      onAccepted: () => void this.#catchUp(),
      onRefused: () => this.#socket?.terminate(),
      onNotice: (header) => this.#reached(Number((header as { number: string }).number)),
    })
    return this.#socket.closed
  }

  async #catchUp(): Promise<void> {
    try {
      this.#reached(await this.#head())
    } catch {
      // The backend was lost again.
    }
  }

  #reached(height: number): void {
    // What was told has been seen, unless the chain itself went back: it goes on from here.
    const wentBack = this.#backends.highest < this.#nextHeight - 1
    if (wentBack) this.#nextHeight = height
    this.#targetHeight = wentBack ? height : Math.max(height, this.#targetHeight)
    if (!this.#telling) void this.#tellAll()
  }

  async #tellAll(): Promise<void> {
    this.#telling = true
    try {
      while (!this.#closed && this.#nextHeight <= this.#targetHeight) await this.#tellNext()
    } catch {
      // The backend was lost: the next connection's head starts this again.
    } finally {
      this.#telling = false
    }
  }

  async #tellNext(): Promise<void> {
    if (this.#listeners.size === 0) {
      this.#nextHeight = this.#targetHeight + 1
      return
    }
    const height = this.#nextHeight
    const block = await this.#router.call('eth_getBlockByNumber', [toQuantity(height), false])
    if (block === null) throw new Error('the chain went back')
    const head = { height, block: block as Head['block'] }
    await Promise.all([...this.#listeners].map((listener) => this.#tell(listener, head)))
    if (this.#nextHeight === height) this.#nextHeight++
  }

  /** A backend's refusal is final; whatever else happened may pass. */
  async #tell(listener: HeadListener, head: Head): Promise<void> {
    while (!this.#closed && this.#listeners.has(listener)) {
      try {
        await listener(head)
        return
      } catch (cause) {
        if (cause instanceof RpcError) return
        await delay(RETRY_MS)
      }
    }
  }

  async #head(): Promise<number> {
    return Number(await this.#router.call('eth_blockNumber', []))
  }
}
