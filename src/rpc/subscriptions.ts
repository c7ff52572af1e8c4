/** What one WebSocket client is subscribed to. In: results as they come. Out: notifications, never before the answer with their id. */

import type { Random } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { randomId } from './random-id.ts'
import { LIMIT_EXCEEDED, RpcError } from './rpc-error.ts'

/** Of one client. */
const SUBSCRIPTIONS_MAX = 128
/** Notifications that wait for the answer to their subscription; beyond it the oldest is dropped, as nobody has its id yet. */
const HELD_MAX = 256

/** Starts the source of a subscription and returns what stops it. */
export type SubscriptionSource = (notify: (result: unknown) => void) => () => void

/** What a method sees of its caller's subscriptions. */
export interface Subscriptions {
  /** Opens one whose notifications are calls of `method`, such as "eth_subscription". Returns its id. */
  open(method: string, start: SubscriptionSource): Hex
  /** False if there is no such subscription. */
  close(id: unknown): boolean
}

interface Subscription {
  stop: () => void
  /** Null once the client knows the id. */
  held: string[] | null
}

export class ClientSubscriptions {
  readonly #send: (text: string) => void
  readonly #random: Random
  readonly #open = new Map<Hex, Subscription>()

  constructor(send: (text: string) => void, random: Random) {
    this.#send = send
    this.#random = random
  }

  /** For the calls of one message; `release` is to be called once they are answered. */
  forMessage(): Subscriptions & { release(): void } {
    const opened: Subscription[] = []
    return {
      open: (method, start) => {
        const { id, subscription } = this.#start(method, start)
        opened.push(subscription)
        return id
      },
      close: (id) => this.#close(id),
      release: () => {
        for (const subscription of opened) {
          const held = subscription.held ?? []
          subscription.held = null
          for (const text of held) this.#send(text)
        }
      },
    }
  }

  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.#close(id)
  }

  #start(method: string, start: SubscriptionSource): { id: Hex; subscription: Subscription } {
    if (this.#open.size >= SUBSCRIPTIONS_MAX) {
      throw new RpcError(LIMIT_EXCEEDED, `more than ${SUBSCRIPTIONS_MAX} subscriptions of one client`)
    }
    const id = randomId(this.#random)
    const subscription: Subscription = { stop: () => {}, held: [] }
    this.#open.set(id, subscription)
    try {
      subscription.stop = start((result) => this.#notify(method, id, result))
    } catch (error) {
      this.#open.delete(id)
      throw error
    }
    return { id, subscription }
  }

  #close(id: unknown): boolean {
    const subscription = this.#open.get(id as Hex)
    if (subscription === undefined) return false
    this.#open.delete(id as Hex)
    subscription.held = []
    subscription.stop()
    return true
  }

  #notify(method: string, id: Hex, result: unknown): void {
    const subscription = this.#open.get(id)
    if (subscription === undefined) return
    const text = JSON.stringify({ jsonrpc: '2.0', method, params: { subscription: id, result } })
    if (subscription.held === null) {
      this.#send(text)
      return
    }
    subscription.held.push(text)
    if (subscription.held.length > HELD_MAX) subscription.held.shift()
  }
}
