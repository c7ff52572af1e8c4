/**
 * eth_subscribe for one client connection. Subscriptions belong to the gateway: newHeads and logs follow the chain's heads through changes of
 * backend, missing none and repeating none. Any other kind is passed through to the serving backend.
 */

import { randomBytes } from 'node:crypto'
import { LIMIT_EXCEEDED, RpcError } from '../../rpc/rpc-error.ts'
import type { Backends } from './backends.ts'
import { asCriteria, type LogCriteria, toQuantity } from './filters.ts'
import { PassThrough } from './pass-through.ts'
import type { OwnMethods, Router } from './router.ts'

export interface Head {
  readonly height: number
  /** The block as eth_getBlockByNumber gives it. */
  readonly block: Readonly<Record<string, unknown>>
}

/** Tells every head to `listener`, one after the other; the returned function ends it. */
export type ListenToHeads = (listener: (head: Head) => Promise<void>) => Promise<() => void>

export interface SubscriptionContext {
  readonly router: Router
  readonly backends: Backends
  readonly listenToHeads: ListenToHeads
  readonly send: (text: string) => void
}

type Notify = (result: unknown) => void

const SUBSCRIPTIONS_MAX = 1_024
/** Of a block, what isn't in a header. */
const BODY_FIELDS = ['transactions', 'uncles', 'withdrawals', 'size', 'totalDifficulty']

export class Subscriptions {
  readonly #context: SubscriptionContext
  readonly #ends = new Map<string, () => void>()

  constructor(context: SubscriptionContext) {
    this.#context = context
  }

  readonly methods: OwnMethods = {
    eth_subscribe: (params) => this.#subscribe('eth', params),
    eth_unsubscribe: async ([id]) => this.#unsubscribe(id),
    soft_subscribe: (params) => this.#subscribe('soft', params),
    soft_unsubscribe: async ([id]) => this.#unsubscribe(id),
  }

  close(): void {
    for (const end of this.#ends.values()) end()
    this.#ends.clear()
  }

  async #subscribe(space: 'eth' | 'soft', params: readonly unknown[]): Promise<string> {
    if (this.#ends.size >= SUBSCRIPTIONS_MAX)
      throw new RpcError(LIMIT_EXCEEDED, 'too many subscriptions on one connection')
    const id = `0x${randomBytes(16).toString('hex')}`
    const { notify, release } = this.#notifier(`${space}_subscription`, id)
    this.#ends.set(id, await this.#start(space, params, notify))
    // The client must know the id before it hears of it; its answer is written in this turn of the event loop.
    setImmediate(release)
    return id
  }

  #start(space: string, params: readonly unknown[], notify: Notify): Promise<() => void> {
    const { listenToHeads, backends } = this.#context
    if (space === 'eth' && params[0] === 'newHeads')
      return listenToHeads(async ({ block }) => notify(headerOf(block)))
    if (space === 'eth' && params[0] === 'logs') return this.#startLogs(asCriteria(params[1] ?? {}), notify)
    const call = { method: `${space}_subscribe`, params }
    return PassThrough.start(backends, call, notify).then((held) => () => held.end())
  }

  async #startLogs(criteria: LogCriteria, notify: Notify): Promise<() => void> {
    const { address, topics } = criteria
    const logsAt = async (height: number) => {
      const at = toQuantity(height)
      return this.#context.router.call('eth_getLogs', [{ address, topics, fromBlock: at, toBlock: at }])
    }
    // The backend refuses criteria that are malformed.
    await logsAt(0)
    return this.#context.listenToHeads(async ({ height }) => {
      for (const log of (await logsAt(height)) as unknown[]) notify(log)
    })
  }

  #unsubscribe(id: unknown): boolean {
    const end = this.#ends.get(String(id))
    end?.()
    return this.#ends.delete(String(id))
  }

  /** Holds notices back until `release`. */
  #notifier(method: string, subscription: string): { notify: Notify; release: () => void } {
    let held: string[] | null = []
    return {
      notify: (result) => {
        const text = JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } })
        if (held === null) this.#context.send(text)
        else held.push(text)
      },
      release: () => {
        for (const text of held ?? []) this.#context.send(text)
        held = null
      },
    }
  }
}

function headerOf(block: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(block).filter(([field]) => !BODY_FIELDS.includes(field)))
}
