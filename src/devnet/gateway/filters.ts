/**
 * Filters of eth_newFilter and its kin. One is a cursor in the chain, kept here, so that it outlives any backend: what changed since the last
 * poll is asked for as logs or blocks between two heights, all of which are final. Pending transactions have no heights: their hashes are
 * collected from whichever backend serves.
 */

import { systemRandom } from '../../platform/system.ts'
import { readBlock } from '../../rpc/params.ts'
import { randomId } from '../../rpc/random-id.ts'
import { INVALID_PARAMS, LIMIT_EXCEEDED, RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import type { Backends } from './backends.ts'
import { PassThrough } from './pass-through.ts'
import type { OwnMethods, Router } from './router.ts'

/** Criteria as the client gave them; the backend checks them. */
export type LogCriteria = Readonly<Record<string, unknown>>

type Filter = { usedAt: number } & (
  | { readonly kind: 'logs'; readonly criteria: LogCriteria; next: number }
  | { readonly kind: 'blocks'; next: number }
  | { readonly kind: 'transactions'; hashes: unknown[] }
)

type HeightFilter = Exclude<Filter, { kind: 'transactions' }>

const FILTERS_MAX = 4_096
/** A filter that nobody polls is forgotten after this long. */
const IDLE_MS = 5 * 60 * 1_000
/** Blocks that one poll looks through at most; the rest comes with the next. */
const BLOCKS_A_POLL = 1_024
/** Hashes that wait for a poll; older ones go first. */
const HASHES_MAX = 10_000
const PENDING_TRANSACTIONS = { method: 'eth_subscribe', params: ['newPendingTransactions'] }

export class Filters {
  readonly #router: Router
  readonly #backends: Backends
  readonly #filters = new Map<string, Filter>()
  /** Starts with the first filter that needs it, and stays. */
  #pending: Promise<PassThrough> | null = null

  constructor(router: Router, backends: Backends) {
    this.#router = router
    this.#backends = backends
  }

  readonly methods: OwnMethods = {
    eth_newFilter: ([criteria]) => this.#createLogFilter(asCriteria(criteria ?? {})),
    eth_newBlockFilter: async () =>
      this.#add({ kind: 'blocks', next: (await this.#head()) + 1, usedAt: Date.now() }),
    eth_newPendingTransactionFilter: () => this.#createTransactionFilter(),
    eth_getFilterChanges: async ([id]) => this.#changes(this.#find(id)),
    eth_getFilterLogs: async ([id]) => this.#allLogs(this.#find(id)),
    eth_uninstallFilter: async ([id]) => this.#filters.delete(id as string),
  }

  close(): void {
    void this.#pending?.then((held) => held.end())
  }

  async #createLogFilter(criteria: LogCriteria): Promise<string> {
    if ('blockHash' in criteria) throw new RpcError(INVALID_PARAMS, 'a filter follows heights, not one block')
    readBlock(criteria.fromBlock, 'filter.fromBlock')
    readBlock(criteria.toBlock, 'filter.toBlock')
    const head = await this.#head()
    const at = toQuantity(head)
    // The backend refuses criteria that are malformed.
    await this.#router.call('eth_getLogs', [{ ...criteria, fromBlock: at, toBlock: at }])
    return this.#add({ kind: 'logs', criteria, next: head + 1, usedAt: Date.now() })
  }

  async #createTransactionFilter(): Promise<string> {
    this.#pending ??= PassThrough.start(this.#backends, PENDING_TRANSACTIONS, (hash) => this.#arrived(hash))
    await this.#pending.catch((cause) => {
      this.#pending = null
      throw cause
    })
    return this.#add({ kind: 'transactions', hashes: [], usedAt: Date.now() })
  }

  #arrived(hash: unknown): void {
    for (const filter of this.#filters.values()) {
      if (filter.kind !== 'transactions') continue
      filter.hashes.push(hash)
      if (filter.hashes.length > HASHES_MAX) filter.hashes.shift()
    }
  }

  async #changes(filter: Filter): Promise<unknown> {
    filter.usedAt = Date.now()
    if (filter.kind === 'transactions') return filter.hashes.splice(0)
    const head = await this.#head()
    const from = filter.next
    // Heads fall behind what was seen only if the chain itself went back: the filter goes on from there.
    if (head < from - 1) filter.next = head + 1
    if (head < from) return []
    return this.#advance(filter, Math.min(head, from + BLOCKS_A_POLL - 1))
  }

  /** What is in the blocks up to `last`, or in fewer if that is too much at once. */
  async #advance(filter: HeightFilter, last: number): Promise<unknown> {
    const from = filter.next
    // Set beforehand, so that two polls at a time don't both get it.
    filter.next = last + 1
    try {
      if (filter.kind === 'blocks') return await this.#hashesBetween(from, last)
      return await this.#logsBetween(filter.criteria, from, last)
    } catch (cause) {
      filter.next = from
      const isTooMuch = cause instanceof RpcError && cause.code === LIMIT_EXCEEDED
      if (!isTooMuch || last === from) throw cause
      return this.#advance(filter, from + Math.floor((last - from) / 2))
    }
  }

  async #hashesBetween(from: number, to: number): Promise<unknown[]> {
    const heights = Array.from({ length: to - from + 1 }, (_, i) => from + i)
    const blocks = await Promise.all(
      heights.map((height) => this.#router.call('eth_getBlockByNumber', [toQuantity(height), false])),
    )
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

  async #head(): Promise<number> {
    return Number(await this.#router.call('eth_blockNumber', []))
  }

  #add(filter: Filter): string {
    this.#forgetIdle()
    const id = randomId(systemRandom)
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
    const filter = this.#filters.get(id as string)
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
