/** Blocks, transactions, receipts and logs as Ethereum's JSON-RPC shows them. Pure. */

import { type Hex, toHex } from '../../primitives/bytes.ts'
import { encodeRlp } from '../../primitives/rlp.ts'
import type { ChainBlock } from '../chain.ts'
import { effectiveTip } from '../gas.ts'
import {
  EMPTY_OMMERS_HASH,
  EMPTY_REQUESTS_HASH,
  EMPTY_TRIE_ROOT,
  type EthereumHeader,
  encodeEthereumHeader,
  NO_BLOCK_NONCE,
} from '../header.ts'
import type { Log, Receipt } from '../receipt.ts'
import type { Transaction } from '../transaction.ts'

/** What of a block is shown: a final one, or an executed one that isn't final yet. */
export type ShownBlock = Pick<ChainBlock, 'header' | 'hash' | 'transactions' | 'receipts'>

export function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`
}

export function headerJson(header: EthereumHeader, hash: Hex) {
  return {
    hash,
    parentHash: header.parentHash,
    sha3Uncles: EMPTY_OMMERS_HASH,
    miner: header.beneficiary,
    stateRoot: header.stateRoot,
    transactionsRoot: header.transactionsRoot,
    receiptsRoot: header.receiptsRoot,
    logsBloom: toHex(header.logsBloom),
    difficulty: '0x0',
    number: quantity(header.number),
    gasLimit: quantity(header.gasLimit),
    gasUsed: quantity(header.gasUsed),
    timestamp: quantity(header.timestamp),
    extraData: '0x',
    mixHash: header.prevRandao,
    nonce: NO_BLOCK_NONCE,
    baseFeePerGas: quantity(header.baseFeePerGas),
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    blobGasUsed: '0x0',
    excessBlobGas: '0x0',
    parentBeaconBlockRoot: header.parentBeaconBlockRoot,
    requestsHash: EMPTY_REQUESTS_HASH,
  }
}

export function blockJson(block: ShownBlock, withTransactions: boolean) {
  const { header, hash, transactions } = block
  return {
    ...headerJson(header, hash),
    size: quantity(blockSize(block)),
    uncles: [],
    withdrawals: [],
    transactions: withTransactions
      ? transactions.map((_, index) => includedTransactionJson(block, index))
      : transactions.map((transaction) => transaction.hash),
  }
}

/** Bytes of the block's RLP: header, transactions, no uncles, no withdrawals. */
function blockSize({ header, transactions }: ShownBlock): number {
  const body = transactions.map(({ type, raw }) => (type === 0 ? raw.length : encodeRlp(raw).length))
  const listed = body.reduce((sum, length) => sum + length, 0)
  const payload = encodeEthereumHeader(header).length + listLength(listed) + 2
  return listLength(payload)
}

function listLength(payload: number): number {
  return payload < 56 ? 1 + payload : 1 + Math.ceil(Math.log2(payload + 1) / 8) + payload
}

export function includedTransactionJson(block: ShownBlock, index: number) {
  const transaction = block.transactions[index]!
  return {
    ...transactionJson(transaction),
    gasPrice: quantity(effectiveGasPrice(transaction, block.header.baseFeePerGas)),
    blockHash: block.hash,
    blockNumber: quantity(block.header.number),
    blockTimestamp: quantity(block.header.timestamp),
    transactionIndex: quantity(index),
  }
}

/** Of a transaction that waits: without a place in a block. */
export function pendingTransactionJson(transaction: Transaction) {
  return {
    ...transactionJson(transaction),
    gasPrice: quantity(transaction.maxFeePerGas),
    blockHash: null,
    blockNumber: null,
    blockTimestamp: null,
    transactionIndex: null,
  }
}

function transactionJson(transaction: Transaction) {
  const { type, yParity } = transaction
  const common = {
    hash: transaction.hash,
    type: quantity(type),
    chainId: quantity(transaction.chainId),
    nonce: quantity(transaction.nonce),
    from: transaction.from,
    to: transaction.to,
    value: quantity(transaction.value),
    gas: quantity(transaction.gasLimit),
    input: toHex(transaction.data),
    r: quantity(transaction.r),
    s: quantity(transaction.s),
  }
  if (type === 0) return { ...common, v: quantity(35 + 2 * transaction.chainId + yParity) }
  const typed = {
    ...common,
    v: quantity(yParity),
    yParity: quantity(yParity),
    accessList: transaction.accessList,
  }
  if (type === 1) return typed
  const fees = {
    maxFeePerGas: quantity(transaction.maxFeePerGas),
    maxPriorityFeePerGas: quantity(transaction.maxPriorityFeePerGas),
  }
  if (type === 2) return { ...typed, ...fees }
  return { ...typed, ...fees, authorizationList: transaction.authorizations.map(authorizationJson) }
}

function authorizationJson(authorization: Transaction['authorizations'][number]) {
  const { chainId, address, nonce, yParity, r, s } = authorization
  return {
    chainId: quantity(chainId),
    address,
    nonce: quantity(nonce),
    yParity: quantity(yParity),
    r: quantity(r),
    s: quantity(s),
  }
}

export function receiptJson(block: ShownBlock, index: number) {
  const receipt = block.receipts[index]!
  const transaction = block.transactions[index]!
  return {
    transactionHash: transaction.hash,
    transactionIndex: quantity(index),
    blockHash: block.hash,
    blockNumber: quantity(block.header.number),
    from: transaction.from,
    to: transaction.to,
    type: quantity(receipt.type),
    status: receipt.succeeded ? '0x1' : '0x0',
    gasUsed: quantity(receipt.gasUsed),
    cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantity(effectiveGasPrice(transaction, block.header.baseFeePerGas)),
    contractAddress: receipt.contractAddress,
    logs: logsOf(block, index),
    logsBloom: toHex(receipt.logsBloom),
  }
}

/** Logs of one transaction, numbered within the block. */
export function logsOf(block: ShownBlock, index: number) {
  let first = 0
  for (const receipt of block.receipts.slice(0, index)) first += receipt.logs.length
  return block.receipts[index]!.logs.map((log, at) => logJson(block, index, log, first + at))
}

export type LogJson = ReturnType<typeof logJson>

export function logJson(block: ShownBlock, transactionIndex: number, log: Log, logIndex: number) {
  return {
    address: log.address,
    topics: log.topics,
    data: toHex(log.data),
    blockNumber: quantity(block.header.number),
    blockHash: block.hash,
    blockTimestamp: quantity(block.header.timestamp),
    transactionHash: block.transactions[transactionIndex]!.hash,
    transactionIndex: quantity(transactionIndex),
    logIndex: quantity(logIndex),
    removed: false,
  }
}

function effectiveGasPrice(transaction: Transaction, baseFee: bigint): bigint {
  return baseFee + (effectiveTip(transaction, baseFee) ?? 0n)
}

/** Used by feeHistory: what each transaction paid the proposer per gas. */
export function tipsOf(block: ShownBlock): { tip: bigint; gasUsed: number }[] {
  return block.transactions.map((transaction, index) => ({
    tip: effectiveTip(transaction, block.header.baseFeePerGas) ?? 0n,
    gasUsed: (block.receipts[index] as Receipt).gasUsed,
  }))
}
