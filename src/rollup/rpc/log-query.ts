/** Which logs a client asks for: eth_getLogs, filters and subscriptions share it. */

import type { Hex } from '../../primitives/bytes.ts'
import {
  type BlockSelector,
  invalidParams,
  optional,
  readAddress,
  readArray,
  readBlock,
  readHash,
  readObject,
} from '../../rpc/params.ts'
import { INVALID_PARAMS, RpcError } from '../../rpc/rpc-error.ts'
import { bloomMayContain, type Log } from '../receipt.ts'
import type { BlockReader } from './blocks.ts'
import { limitExceeded } from './errors.ts'
import { type LogJson, logsOf, type ShownBlock } from './format.ts'

export interface LogQuery {
  /** Empty: any. */
  readonly addresses: readonly Hex[]
  /** By position; null: any. */
  readonly topics: readonly (readonly Hex[] | null)[]
}

export interface LogRange {
  readonly from: BlockSelector
  readonly to: BlockSelector
}

/** Blocks that one eth_getLogs may look through. */
export const LOG_BLOCKS_MAX = 10_000
/** Logs in one answer. */
const LOGS_MAX = 10_000
const ADDRESSES_MAX = 256

export function readLogQuery(value: unknown, name = 'filter'): LogQuery {
  const { address, topics } = readObject(value ?? {}, name)
  const addresses =
    address === undefined || address === null ? [] : Array.isArray(address) ? address : [address]
  return {
    addresses: readArray(addresses, `${name}.address`, readAddress, ADDRESSES_MAX),
    topics: readArray(topics ?? [], `${name}.topics`, readTopics, 4),
  }
}

/** A topic, several of which one must match, or null for any. */
function readTopics(position: unknown, name: string): readonly Hex[] | null {
  if (!Array.isArray(position)) {
    const topic = optional(readHash)(position, name)
    return topic === undefined ? null : [topic]
  }
  const choices = readArray(position, name, optional(readHash))
  const topics = choices.filter((topic) => topic !== undefined)
  return topics.length === 0 || topics.length < choices.length ? null : topics
}

export function readLogRange(value: unknown, name = 'filter'): LogRange {
  const { fromBlock, toBlock, blockHash } = readObject(value ?? {}, name)
  if (blockHash === undefined || blockHash === null) {
    return { from: readBlock(fromBlock, `${name}.fromBlock`), to: readBlock(toBlock, `${name}.toBlock`) }
  }
  if (fromBlock !== undefined || toBlock !== undefined) {
    throw invalidParams(`${name}.blockHash`, 'no fromBlock or toBlock beside it')
  }
  const at = { by: 'hash', hash: readHash(blockHash, `${name}.blockHash`), requireCanonical: false } as const
  return { from: at, to: at }
}

/** Logs in final blocks of the range. */
export function findLogs(blocks: BlockReader, query: LogQuery, range: LogRange): LogJson[] {
  const from = blocks.height(range.from)
  const to = blocks.height(range.to)
  if (to > blocks.height({ by: 'tag', tag: 'latest' })) {
    throw new RpcError(INVALID_PARAMS, 'block range extends beyond current head block')
  }
  if (to < from) throw new RpcError(INVALID_PARAMS, 'invalid block range params')
  if (to - from >= LOG_BLOCKS_MAX) throw limitExceeded(`query exceeds max block range ${LOG_BLOCKS_MAX}`)
  const logs: LogJson[] = []
  for (let height = from; height <= to; height++) {
    if (range.from.by !== 'hash' && blocks.isUndone(height)) continue
    logs.push(...matchingLogs(blocks.get({ by: 'number', number: height }), query))
    // One block's are given whatever their number: nobody could ask for fewer.
    if (logs.length > LOGS_MAX && to > from)
      throw limitExceeded(`query returned more than ${LOGS_MAX} results`)
  }
  return logs
}

export function matchingLogs(block: ShownBlock, query: LogQuery): LogJson[] {
  if (!mayMatch(block, query)) return []
  const logs: LogJson[] = []
  for (const [index, receipt] of block.receipts.entries()) {
    if (!receipt.logs.some((log) => matches(log, query))) continue
    logs.push(...logsOf(block, index).filter((_, at) => matches(receipt.logs[at]!, query)))
  }
  return logs
}

function mayMatch({ header: { logsBloom } }: ShownBlock, { addresses, topics }: LogQuery): boolean {
  const mayContainOne = (values: readonly Hex[]) => values.some((value) => bloomMayContain(logsBloom, value))
  if (addresses.length > 0 && !mayContainOne(addresses)) return false
  return topics.every((choices) => choices === null || mayContainOne(choices))
}

function matches(log: Log, { addresses, topics }: LogQuery): boolean {
  if (addresses.length > 0 && !addresses.includes(log.address)) return false
  if (topics.length > log.topics.length) return false
  return topics.every((choices, position) => choices === null || choices.includes(log.topics[position]!))
}
