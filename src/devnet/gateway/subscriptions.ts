/**
 * eth_subscribe and soft_subscribe. Subscriptions belong to the gateway: newHeads and logs follow the chain's heads through changes of
 * backend, missing none and repeating none. Any other kind is passed through to the serving backend.
 */

import type { RpcContext } from '../../rpc/dispatch.ts'
import { RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import type { SubscriptionSource } from '../../rpc/subscriptions.ts'
import type { Backends } from './backends.ts'
import { asCriteria, type LogCriteria, toQuantity } from './filters.ts'
import type { HeadFollower } from './head-follower.ts'
import { PassThrough } from './pass-through.ts'
import type { OwnMethods, Router } from './router.ts'

type Params = readonly unknown[]

/** Of a block, what isn't in a header. */
const BODY_FIELDS = ['transactions', 'uncles', 'withdrawals', 'size', 'totalDifficulty']

export class Subscriptions {
  readonly #router: Router
  readonly #backends: Backends
  readonly #heads: HeadFollower

  constructor(router: Router, backends: Backends, heads: HeadFollower) {
    this.#router = router
    this.#backends = backends
    this.#heads = heads
  }

  readonly methods: OwnMethods = {
    eth_subscribe: (params, context) => this.#subscribe('eth', params, context),
    eth_unsubscribe: async ([id], { subscriptions }) => subscriptions?.close(id) ?? false,
    soft_subscribe: (params, context) => this.#subscribe('soft', params, context),
    soft_unsubscribe: async ([id], { subscriptions }) => subscriptions?.close(id) ?? false,
  }

  async #subscribe(space: 'eth' | 'soft', params: Params, { subscriptions }: RpcContext): Promise<string> {
    if (subscriptions === null) {
      throw new RpcError(SERVER_ERROR, 'notifications not supported: subscribe over WebSocket')
    }
    const source = await this.#source(space, params)
    try {
      return subscriptions.open(`${space}_subscription`, source)
    } catch (cause) {
      // The client has too many: let go of what was begun for it.
      source(() => {})()
      throw cause
    }
  }

  async #source(space: 'eth' | 'soft', params: Params): Promise<SubscriptionSource> {
    if (space === 'eth' && params[0] === 'newHeads') {
      await this.#heads.start()
      return (notify) => this.#heads.listen(({ block }) => notify(headerOf(block)))
    }
    if (space === 'eth' && params[0] === 'logs') return this.#logs(asCriteria(params[1] ?? {}))
    return this.#passedThrough({ method: `${space}_subscribe`, params })
  }

  async #logs({ address, topics }: LogCriteria): Promise<SubscriptionSource> {
    const logsAt = async (height: number) => {
      const at = toQuantity(height)
      const logs = await this.#router.call('eth_getLogs', [{ address, topics, fromBlock: at, toBlock: at }])
      return logs as unknown[]
    }
    // The backend refuses criteria that are malformed.
    await Promise.all([this.#heads.start(), logsAt(0)])
    return (notify) =>
      this.#heads.listen(async ({ height }) => {
        for (const log of await logsAt(height)) notify(log)
      })
  }

  /** Made before the client knows of it, because only the backend knows whether there is such a kind. */
  async #passedThrough(call: { method: string; params: Params }): Promise<SubscriptionSource> {
    let notify: (result: unknown) => void = () => {}
    const held = await PassThrough.start(this.#backends, call, (result) => notify(result))
    return (opened) => {
      notify = opened
      return () => held.end()
    }
  }
}

function headerOf(block: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(block).filter(([field]) => !BODY_FIELDS.includes(field)))
}
