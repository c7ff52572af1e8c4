/**
 * Signed transactions that clients have sent of late. A node that accepted one may die before it has passed it on; so when a node is
 * lost, the next one is sent them again. One that it knows, waiting or final, it only answers with its hash.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { RpcError } from '../../rpc/rpc-error.ts'
import type { Call } from './messages.ts'

const METHODS = ['eth_sendRawTransaction', 'eth_sendRawTransactionSync']
/** A node passes on at once what it accepts; so this is ample. */
const KEPT_MS = 10_000
/** Of their hex digits; the oldest go first. */
const KEPT_LENGTH_MAX = 32 * 1024 * 1024
const RETRY_MS = 50

/** While no node is there to take it, it waits for one; `isWanted` is asked when there is. */
export type Send = (raw: string, isWanted: () => boolean) => Promise<unknown>

export class SentTransactions {
  readonly #send: Send
  /** When each was last sent, in that order. */
  readonly #sentAt = new Map<string, number>()
  #length = 0
  #run = 0

  constructor(send: Send) {
    this.#send = send
  }

  /** A node has answered these calls. */
  note(calls: readonly Call[]): void {
    for (const { method, params } of calls) {
      const raw = params?.[0]
      if (typeof raw !== 'string' || !METHODS.includes(method)) continue
      this.#forget(raw)
      this.#sentAt.set(raw, Date.now())
      this.#length += raw.length
    }
    this.#forgetOld()
  }

  clear(): void {
    this.#sentAt.clear()
    this.#length = 0
  }

  /** The newest first, which are the likeliest to be unknown. Called again while it is under way, it begins anew. */
  async sendAgain(): Promise<void> {
    const run = ++this.#run
    this.#forgetOld()
    for (const raw of [...this.#sentAt.keys()].reverse()) {
      while (run === this.#run && this.#sentAt.has(raw) && !(await this.#isSent(raw))) {
        await delay(RETRY_MS)
        this.#forgetOld()
      }
    }
  }

  /** Being refused counts: it was before, too, or another has taken its place. */
  async #isSent(raw: string): Promise<boolean> {
    try {
      await this.#send(raw, () => this.#sentAt.has(raw))
      return true
    } catch (cause) {
      return cause instanceof RpcError
    }
  }

  #forgetOld(): void {
    const since = Date.now() - KEPT_MS
    for (const [raw, sentAt] of this.#sentAt) {
      if (sentAt >= since && this.#length <= KEPT_LENGTH_MAX) return
      this.#forget(raw)
    }
  }

  #forget(raw: string): void {
    if (this.#sentAt.delete(raw)) this.#length -= raw.length
  }
}
