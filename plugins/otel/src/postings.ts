/**
 * Which batch on the L1 holds a block. Reads the inbox's events as the chain grows, each final one once; what isn't final yet may be taken
 * back, so it is read again.
 */

import type { Hex } from 'beaconlayer'
import type { TestChain } from 'beaconlayer/testing'
import type { Posting } from './journey.ts'

/** BatchPosted(uint64 indexed rollupId, uint64 indexed batchIndex, uint64 firstHeight, uint64 lastHeight, bytes32, bytes32, bytes32). */
const BATCH_POSTED = '0xb37deabab1b8dbe3e412ed5bb0f32883f142573074f358b0ddf8b83c8a08e3a2'
/** deploymentBlock(): no event is in an older block. */
const DEPLOYMENT_BLOCK = '0x82100e3f'
/** Final ones that are remembered; newer blocks are asked for more often than older ones. */
const REMEMBERED_MAX = 4_096
const WORD_DIGITS = 64

interface LogAnswer {
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: Hex
  readonly transactionHash: Hex
}

interface Batch extends Posting {
  readonly rollup: number
  readonly firstHeight: number
  readonly lastHeight: number
}

export class Postings {
  readonly #l1: TestChain
  readonly #inbox: Hex
  #final: readonly Batch[] = []
  /** The first L1 block that isn't in `#final`; null before the first look. */
  #next: number | null = null
  #reading: Promise<readonly Batch[]> | null = null

  constructor(l1: TestChain, inbox: Hex) {
    this.#l1 = l1
    this.#inbox = inbox
  }

  /** Null if no batch holds the block. */
  async find(rollup: number, height: number): Promise<Posting | null> {
    const holds = (batch: Batch) =>
      batch.rollup === rollup && batch.firstHeight <= height && height <= batch.lastHeight
    const found = this.#final.find(holds) ?? (await this.#readOnce()).find(holds)
    if (found === undefined) return null
    const { chainId, txHash, block, batch } = found
    return { chainId, txHash, block, batch }
  }

  /** Blocks that are looked up together share one reading. */
  #readOnce(): Promise<readonly Batch[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #read(): Promise<readonly Batch[]> {
    const fromBlock = this.#next ?? (await this.#deploymentBlock())
    const finalized = await this.#finalizedBlock()
    const logs = await this.#l1.request<readonly LogAnswer[]>({
      method: 'eth_getLogs',
      params: [
        { address: this.#inbox, topics: [BATCH_POSTED], fromBlock: toQuantity(fromBlock), toBlock: 'latest' },
      ],
    })
    const batches = logs.map((log) => decode(log, this.#l1.chainId))
    const final = batches.filter(({ block }) => block <= finalized)
    this.#final = [...this.#final, ...final].slice(-REMEMBERED_MAX)
    this.#next = Math.max(fromBlock, finalized + 1)
    return batches
  }

  async #deploymentBlock(): Promise<number> {
    const call = { to: this.#inbox, data: DEPLOYMENT_BLOCK }
    return Number(await this.#l1.request<Hex>({ method: 'eth_call', params: [call, 'latest'] }))
  }

  async #finalizedBlock(): Promise<number> {
    const params = ['finalized', false]
    const block = await this.#l1.request<{ number: Hex } | null>({ method: 'eth_getBlockByNumber', params })
    return block === null ? -1 : Number(block.number)
  }
}

function decode({ topics, data, blockNumber, transactionHash }: LogAnswer, chainId: number): Batch {
  const [, rollup, batch] = topics
  return {
    chainId,
    rollup: Number(rollup),
    batch: Number(batch),
    firstHeight: wordAt(data, 0),
    lastHeight: wordAt(data, 1),
    block: Number(blockNumber),
    txHash: transactionHash,
  }
}

function wordAt(data: Hex, index: number): number {
  const start = 2 + index * WORD_DIGITS
  return Number(`0x${data.slice(start, start + WORD_DIGITS)}`)
}

function toQuantity(value: number): Hex {
  return `0x${value.toString(16)}`
}
