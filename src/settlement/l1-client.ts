/**
 * The L1 as settlement sees it: typed requests that any Ethereum node answers. It holds no state, signs nothing and knows no contract.
 * Besides the errors of json-rpc.ts it throws DecodeError, if an answer isn't what the method promises.
 */

import { type Hex, toHex } from '../primitives/bytes.ts'
import type { RpcClient } from '../rpc/client.ts'
import { quantity, readFields, readHex, readList, readNumber, readQuantity } from './l1-fields.ts'

export type L1Tag = 'latest' | 'safe' | 'finalized' | 'pending'

export interface L1Block {
  readonly number: number
  readonly hash: Hex
  /** Wei; what every transaction in the block paid per gas at least. */
  readonly baseFee: bigint
}

export interface L1Log {
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly block: number
  readonly blockHash: Hex
  readonly transaction: Hex
}

export interface L1Receipt {
  readonly succeeded: boolean
  readonly block: number
  readonly gasUsed: number
}

export interface L1Message {
  readonly from?: Hex
  readonly to: Hex
  readonly data: Uint8Array
}

export interface LogFilter {
  readonly address: Hex
  /** By position; null accepts any. */
  readonly topics: readonly (Hex | readonly Hex[] | null)[]
  readonly fromBlock: number
  readonly toBlock: number
}

const LOGS_MAX = 50_000
const TOPICS_MAX = 4

export class L1Client {
  readonly #rpc: RpcClient

  constructor(rpc: RpcClient) {
    this.#rpc = rpc
  }

  async chainId(): Promise<number> {
    return readNumber(await this.#rpc.request('eth_chainId', []))
  }

  /** Null if there is no such block, or none has that tag yet. */
  async block(at: L1Tag | number): Promise<L1Block | null> {
    const answer = await this.#rpc.request('eth_getBlockByNumber', [blockParameter(at), false])
    if (answer === null) return null
    const { number, hash, baseFeePerGas } = readFields(answer)
    // Blocks from before EIP-1559 have no base fee.
    const baseFee = baseFeePerGas === undefined ? 0n : readQuantity(baseFeePerGas)
    return { number: readNumber(number), hash: readHex(hash, 32), baseFee }
  }

  async logs(filter: LogFilter): Promise<L1Log[]> {
    const { address, topics } = filter
    const fromBlock = quantity(filter.fromBlock)
    const toBlock = quantity(filter.toBlock)
    const answer = await this.#rpc.request('eth_getLogs', [{ address, topics, fromBlock, toBlock }])
    return readList(answer, LOGS_MAX).map(readLog)
  }

  async call(message: L1Message, at: L1Tag): Promise<Hex> {
    return readHex(await this.#rpc.request('eth_call', [messageParameter(message), at]))
  }

  /** Throws an RpcError if the message would revert. */
  async estimateGas(message: L1Message, at: L1Tag): Promise<bigint> {
    return readQuantity(await this.#rpc.request('eth_estimateGas', [messageParameter(message), at]))
  }

  async code(address: Hex): Promise<Hex> {
    return readHex(await this.#rpc.request('eth_getCode', [address, 'latest']))
  }

  async balance(address: Hex): Promise<bigint> {
    return readQuantity(await this.#rpc.request('eth_getBalance', [address, 'latest']))
  }

  /** Transactions that the account has in blocks up to `at`: its next nonce. */
  async transactionCount(address: Hex, at: L1Tag): Promise<number> {
    return readNumber(await this.#rpc.request('eth_getTransactionCount', [address, at]))
  }

  /** What the node suggests to pay the proposer per gas, in wei. */
  async tip(): Promise<bigint> {
    return readQuantity(await this.#rpc.request('eth_maxPriorityFeePerGas', []))
  }

  /** Hands a signed transaction to the node and returns its hash; it isn't in a block yet. */
  async sendTransaction(signed: Uint8Array): Promise<Hex> {
    return readHex(await this.#rpc.request('eth_sendRawTransaction', [toHex(signed)]), 32)
  }

  /** Null while the transaction is in no block. */
  async receipt(transaction: Hex): Promise<L1Receipt | null> {
    const answer = await this.#rpc.request('eth_getTransactionReceipt', [transaction])
    if (answer === null) return null
    const { status, blockNumber, gasUsed } = readFields(answer)
    return {
      succeeded: readNumber(status) === 1,
      block: readNumber(blockNumber),
      gasUsed: readNumber(gasUsed),
    }
  }
}

function readLog(value: unknown): L1Log {
  const { topics, data, blockNumber, blockHash, transactionHash } = readFields(value)
  return {
    topics: readList(topics, TOPICS_MAX).map((topic) => readHex(topic, 32)),
    data: readHex(data),
    block: readNumber(blockNumber),
    blockHash: readHex(blockHash, 32),
    transaction: readHex(transactionHash, 32),
  }
}

function blockParameter(at: L1Tag | number): string {
  return typeof at === 'number' ? quantity(at) : at
}

function messageParameter({ from, to, data }: L1Message) {
  return { ...(from === undefined ? {} : { from }), to, data: toHex(data) }
}
