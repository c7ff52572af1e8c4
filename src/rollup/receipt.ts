/** Receipts, logs and their bloom filters: what a transaction left behind besides state. */

import { bigintToMinimalBytes, concatBytes, fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { keccak256 } from '../primitives/hash.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBigint, rlpBytes, rlpList } from '../primitives/rlp.ts'
import { KEYLESS, type TransactionType } from './transaction.ts'

export interface Log {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Uint8Array
}

export interface Receipt {
  readonly type: TransactionType
  readonly succeeded: boolean
  /** By this transaction and those before it in the block. */
  readonly cumulativeGasUsed: number
  readonly gasUsed: number
  readonly logs: readonly Log[]
  /** 256 B. */
  readonly logsBloom: Uint8Array
  /** Address of the contract that the transaction created, if it did. */
  readonly contractAddress: Hex | null
}

export const BLOOM_BYTES = 256

/** The consensus encoding, whose trie root is in the header: (status, cumulative gas, bloom, logs). */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const encoded = encodeRlp([
    receipt.succeeded ? Uint8Array.of(1) : new Uint8Array(0),
    bigintToMinimalBytes(BigInt(receipt.cumulativeGasUsed)),
    receipt.logsBloom,
    receipt.logs.map(logItem),
  ])
  return receipt.type === 0 ? encoded : concatBytes(Uint8Array.of(receipt.type), encoded)
}

/** As stored: with what the consensus encoding leaves out and without blooms, which follow from the logs. */
export function encodeStoredReceipts(receipts: readonly Receipt[]): Uint8Array {
  return encodeRlp(
    receipts.map((receipt) => [
      Uint8Array.of(receipt.type, receipt.succeeded ? 1 : 0),
      bigintToMinimalBytes(BigInt(receipt.gasUsed)),
      receipt.contractAddress === null ? new Uint8Array(0) : fromHex(receipt.contractAddress),
      receipt.logs.map(logItem),
    ]),
  )
}

export function decodeStoredReceipts(bytes: Uint8Array): Receipt[] {
  let cumulativeGasUsed = 0
  return rlpList(decodeRlp(bytes, STORED_ITEMS_MAX)).map((item) => {
    const [flags, gas, contract, logItems] = rlpList(item, 4)
    const [type, status] = readFlags(flags)
    const gasUsed = Number(rlpBigint(gas, 6))
    cumulativeGasUsed += gasUsed
    const logs = rlpList(logItems).map(readLog)
    const contractAddress = rlpBytes(contract).length === 0 ? null : toHex(rlpBytes(contract, 20))
    return {
      type,
      succeeded: status === 1,
      gasUsed,
      cumulativeGasUsed,
      logs,
      logsBloom: computeBloom(logs),
      contractAddress,
    }
  })
}

const TYPES: readonly TransactionType[] = [0, 1, 2, 4, KEYLESS]
/** A log costs at least 375 gas: more items than this don't fit a block of ten times the usual limit. */
const STORED_ITEMS_MAX = 10_000_000

function readFlags(item: RlpItem | undefined): [type: TransactionType, status: number] {
  const [type, status] = rlpBytes(item, 2)
  const known = TYPES.find((one) => one === type)
  if (known === undefined || status! > 1) throw new DecodeError('no flags of a receipt')
  return [known, status!]
}

function logItem(log: Log): RlpItem {
  return [fromHex(log.address, 20), log.topics.map((topic) => fromHex(topic, 32)), log.data]
}

function readLog(item: RlpItem): Log {
  const [address, topics, data] = rlpList(item, 3)
  const topicList = rlpList(topics)
  if (topicList.length > 4) throw new DecodeError('more than four topics')
  return {
    address: toHex(rlpBytes(address, 20)),
    topics: topicList.map((topic) => toHex(rlpBytes(topic, 32))),
    data: rlpBytes(data).slice(),
  }
}

export function computeBloom(logs: readonly Log[]): Uint8Array {
  const bloom = new Uint8Array(BLOOM_BYTES)
  for (const log of logs) {
    addToBloom(bloom, log.address)
    for (const topic of log.topics) addToBloom(bloom, topic)
  }
  return bloom
}

export function uniteBlooms(blooms: Iterable<Uint8Array>): Uint8Array {
  const union = new Uint8Array(BLOOM_BYTES)
  for (const bloom of blooms) for (let i = 0; i < BLOOM_BYTES; i++) union[i]! |= bloom[i]!
  return union
}

/** False: certainly absent. True: perhaps present. */
export function bloomMayContain(bloom: Uint8Array, value: Hex): boolean {
  return bloomBits(value).every((bit) => (bloom[BLOOM_BYTES - 1 - (bit >> 3)]! & (1 << (bit & 7))) !== 0)
}

function addToBloom(bloom: Uint8Array, value: Hex): void {
  for (const bit of bloomBits(value)) bloom[BLOOM_BYTES - 1 - (bit >> 3)]! |= 1 << (bit & 7)
}

/** Yellow paper, section 4.3.1: three 11-bit numbers from the first six bytes of the hash. */
function bloomBits(value: Hex): [number, number, number] {
  const hash = keccak256(fromHex(value))
  const bit = (at: number) => ((hash[at]! << 8) | hash[at + 1]!) & 2047
  return [bit(0), bit(2), bit(4)]
}
