/** Filters that clients poll. Bounded in number; one that isn't polled for a while is forgotten. */

import type { Clock, Random } from '../../platform/ports.ts'
import type { Hex } from '../../primitives/bytes.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import { randomId } from '../../rpc/random-id.ts'
import type { RollupApplication } from '../application.ts'
import type { BlockReader } from './blocks.ts'
import { filterNotFound, limitExceeded } from './errors.ts'
import {
  findLogs,
  LOG_BLOCKS_MAX,
  type LogQuery,
  type LogRange,
  matchingLogs,
  readLogQuery,
  readLogRange,
} from './log-query.ts'

type Filter = { expiresAt: number } & (
  | { readonly kind: 'logs'; readonly query: LogQuery; readonly range: LogRange; next: number }
  | { readonly kind: 'blocks'; next: number }
  | { readonly kind: 'transactions'; hashes: Hex[] }
)

const FILTERS_MAX = 1_000
const EXPIRY_MS = 5 * 60_000
/** Hashes that wait for a poll; older ones go first. */
const PENDING_HASHES_MAX = 10_000

export function filterMethods(
  application: RollupApplication,
  blocks: BlockReader,
  { clock, random }: { clock: Clock; random: Random },
): Methods {
  const { chain, mempool } = application
  const filters = new Map<Hex, Filter>()
  const nextHeight = () => chain.head.header.number + 1
  const expiresAt = () => clock.now() + EXPIRY_MS

  mempool.onAdded(({ hash }) => {
    for (const filter of filters.values()) {
      if (filter.kind !== 'transactions') continue
      filter.hashes.push(hash)
      if (filter.hashes.length > PENDING_HASHES_MAX) filter.hashes.shift()
    }
  })

  const add = (filter: Filter): Hex => {
    for (const [id, { expiresAt }] of filters) if (expiresAt <= clock.now()) filters.delete(id)
    if (filters.size >= FILTERS_MAX) throw limitExceeded(`more than ${FILTERS_MAX} filters`)
    const id = randomId(random)
    filters.set(id, filter)
    return id
  }

  const find = (id: unknown): Filter => {
    const filter = filters.get(id as Hex)
    if (filter === undefined || filter.expiresAt <= clock.now()) throw filterNotFound()
    filter.expiresAt = expiresAt()
    return filter
  }

  const changes = (filter: Filter): unknown[] => {
    if (filter.kind === 'transactions') return filter.hashes.splice(0)
    // A filter left alone for very long skips what it can't be given at once.
    const from = Math.max(filter.next, nextHeight() - LOG_BLOCKS_MAX)
    filter.next = nextHeight()
    const found: unknown[] = []
    for (let height = from; height < filter.next; height++) {
      const block = blocks.get({ by: 'number', number: height })
      if (filter.kind === 'blocks') found.push(block.hash)
      else found.push(...matchingLogs(block, filter.query))
    }
    return found
  }

  return {
    eth_getLogs: ([filter]) => findLogs(blocks, readLogQuery(filter), readLogRange(filter)),
    eth_newFilter: ([filter]) => {
      const query = readLogQuery(filter)
      return add({
        kind: 'logs',
        query,
        range: readLogRange(filter),
        next: nextHeight(),
        expiresAt: expiresAt(),
      })
    },
    eth_newBlockFilter: () => add({ kind: 'blocks', next: nextHeight(), expiresAt: expiresAt() }),
    eth_newPendingTransactionFilter: () => add({ kind: 'transactions', hashes: [], expiresAt: expiresAt() }),
    eth_getFilterChanges: ([id]) => changes(find(id)),
    eth_getFilterLogs: ([id]) => {
      const filter = find(id)
      if (filter.kind !== 'logs') throw filterNotFound()
      return findLogs(blocks, filter.query, filter.range)
    },
    eth_uninstallFilter: ([id]) => filters.delete(id as Hex),
  }
}
