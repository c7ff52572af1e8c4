/**
 * Filters of eth_newFilter and its kin. One is a cursor in the chain, kept here, so that it outlives any backend: what changed since the last
 * poll is asked for as logs or blocks between two heights, all of which are final. Pending transactions have no heights; they come from a
 * filter at the serving backend, made anew after a change.
 */

import { randomBytes } from 'node:crypto'
import { INVALID_PARAMS, RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import type { Backends } from './backends.ts'
import type { OwnMethods, Router } from './router.ts'

/** Criteria as the client gave them; the backend checks them. */
export type LogCriteria = Readonly<Record<string, unknown>>

type Filter =
  | { readonly kind: 'logs'; readonly criteria: LogCriteria; next: number; usedAt: number }
  | { readonly kind: 'blocks'; next: number; usedAt: number }
  | { readonly kind: 'transactions'; backendFilter: string; backendUrl: string; usedAt: number }

const FILTERS_MAX = 4_096
/** A filter that nobody polls is forgotten after this long. */
const IDLE_MS = 5 * 60 * 1_000
/** Blocks that one poll of a block filter reports at most; the rest comes with the next. */
const BLOCKS_A_POLL = 1_024

export class Filters {
  readonly #router: Router
  readonly #backends: Backends
  readonly #filters = new Map<string, Filter>()

  constructor(router: Router, backends: Backends) {
    this.#router = router
    this.#backends = backends
  }

  readonly methods: OwnMethods = {
    eth_newFilter: ([criteria]) => this.#createLogFilter(criteria),
    eth_newBlockFilter: async () =>
      this.#add({ kind: 'blocks', next: (await this.#head()) + 1, usedAt: Date.now() }),
    eth_newPendingTransactionFilter: () => this.#createTransactionFilter(),
    eth_getFilterChanges: ([id]) => this.#changes(this.#find(id)),
    eth_getFilterLogs: ([id]) => this.#allLogs(this.#find(id)),
    eth_uninstallFilter: async ([id]) => this.#filters.delete(String(id)),
  }

  async #createLogFilter(given: unknown): Promise<string> {
    const criteria = asCriteria(given ?? {})
    if ('blockHash' in criteria) throw new RpcError(INVALID_PARAMS, 'a filter follows heights, not one block')
    const head = await this.#head()
    // The backend refuses criteria that are malformed.
    await this.#router.call('eth_getLogs', [
      { ...criteria, fromBlock: toQuantity(head), toBlock: toQuantity(head) },
    ])
    return this.#add({ kind: 'logs', criteria, next: head + 1, usedAt: Date.now() })
  }

  async #createTransactionFilter(): Promise<string> {
    return this.#add({
      kind: 'transactions',
      ...(await this.#backendTransactionFilter()),
      usedAt: Date.now(),
    })
  }

  async #changes(filter: Filter): Promise<unknown> {
    filter.usedAt = Date.now()
    if (filter.kind === 'transactions') return this.#transactionChanges(filter)
    const from = filter.next
    const head = await this.#head()
    if (head < from) return []
    if (filter.kind === 'blocks') return this.#blockChanges(filter, Math.min(head, from + BLOCKS_A_POLL - 1))
    const logs = await this.#logsBetween(filter.criteria, from, head)
    filter.next = head + 1
    return logs
  }

  async #blockChanges(filter: Extract<Filter, { kind: 'blocks' }>, last: number): Promise<unknown[]> {
    const heights = Array.from({ length: last - filter.next + 1 }, (_, i) => filter.next + i)
    const blocks = await Promise.all(
      heights.map((height) => this.#router.call('eth_getBlockByNumber', [toQuantity(height), false])),
    )
    filter.next = last + 1
    return blocks.map((block) => (block as { hash: string }).hash)
  }

  /** Within both the given heights and the criteria's own. */
  async #logsBetween(criteria: LogCriteria, from: number, to: number): Promise<unknown> {
    const low = Math.max(from, toNumber(criteria.fromBlock) ?? 0)
    const high = Math.min(to, toNumber(criteria.toBlock) ?? Number.MAX_SAFE_INTEGER)
    if (low > high) return []
    return this.#router.call('eth_getLogs', [
      { ...criteria, fromBlock: toQuantity(low), toBlock: toQuantity(high) },
    ])
  }

  async #allLogs(filter: Filter): Promise<unknown> {
    if (filter.kind !== 'logs') throw new RpcError(INVALID_PARAMS, 'not a filter of logs')
    filter.usedAt = Date.now()
    return this.#router.call('eth_getLogs', [filter.criteria])
  }

  async #transactionChanges(filter: Extract<Filter, { kind: 'transactions' }>): Promise<unknown> {
    const backend = await this.#backends.choose()
    if (backend.url !== filter.backendUrl) Object.assign(filter, await this.#backendTransactionFilter())
    return this.#router.call('eth_getFilterChanges', [filter.backendFilter])
  }

  async #backendTransactionFilter(): Promise<{ backendFilter: string; backendUrl: string }> {
    const { url } = await this.#backends.choose()
    const backendFilter = await this.#router.call('eth_newPendingTransactionFilter', [])
    return { backendFilter: String(backendFilter), backendUrl: url }
  }

  async #head(): Promise<number> {
    return Number(await this.#router.call('eth_blockNumber', []))
  }

  #add(filter: Filter): string {
    this.#forgetIdle()
    const id = `0x${randomBytes(16).toString('hex')}`
    this.#filters.set(id, filter)
    return id
  }

  /** Drops idle filters, and the oldest if there are too many. */
  #forgetIdle(): void {
    const since = Date.now() - IDLE_MS
    for (const [id, filter] of this.#filters) {
      if (filter.usedAt < since || this.#filters.size >= FILTERS_MAX) this.#filters.delete(id)
    }
  }

  #find(id: unknown): Filter {
    const filter = this.#filters.get(String(id))
    if (filter === undefined) throw new RpcError(SERVER_ERROR, 'filter not found')
    return filter
  }
}

export function asCriteria(value: unknown): LogCriteria {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as LogCriteria
  throw new RpcError(INVALID_PARAMS, 'filter criteria must be an object')
}

export function toQuantity(height: number): string {
  return `0x${height.toString(16)}`
}

/** Null for tags: they bound nothing beyond the head. */
function toNumber(block: unknown): number | null {
  return typeof block === 'string' && /^0x[0-9a-fA-F]{1,13}$/.test(block) ? Number(block) : null
}
