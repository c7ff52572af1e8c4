/** What is read of a rollup, over JSON-RPC in batches: at most {@link BLOCKS_AT_ONCE} blocks at a time. */

import { JsonRpcProvider } from 'ethers'

/** One transaction. */
export interface GasUse {
  /** Null if it creates a contract. */
  readonly to: string | null
  /** The contract that it has created. */
  readonly created: string | null
  readonly input: string
  readonly gasUsed: number
  readonly hasSucceeded: boolean
}

interface BlockAnswer {
  readonly transactions: readonly { readonly hash: string; readonly input: string }[]
}

interface ReceiptAnswer {
  readonly transactionHash: string
  readonly to: string | null
  readonly contractAddress: string | null
  readonly gasUsed: string
  readonly status: string
}

/** Two requests each. */
const BLOCKS_AT_ONCE = 25
const BATCH_ENTRIES_MAX = 100
const BATCH_WAIT_MS = 2

export class Chain {
  readonly #provider: JsonRpcProvider

  constructor({ rpcUrl, chainId }: { readonly rpcUrl: string; readonly chainId: number }) {
    this.#provider = new JsonRpcProvider(rpcUrl, chainId, {
      staticNetwork: true,
      batchMaxCount: BATCH_ENTRIES_MAX,
      batchStallTime: BATCH_WAIT_MS,
      cacheTimeout: -1,
    })
  }

  async height(): Promise<number> {
    return Number(await this.#provider.send('eth_blockNumber', []))
  }

  code(address: string): Promise<string> {
    return this.#provider.send('eth_getCode', [address, 'latest'])
  }

  slot(address: string, slot: string): Promise<string> {
    return this.#provider.send('eth_getStorageAt', [address, slot, 'latest'])
  }

  /** The transactions of these blocks, both included, some blocks at a time and in their order. */
  async *transactions(from: number, to: number): AsyncGenerator<readonly GasUse[]> {
    for (let first = from; first <= to; first += BLOCKS_AT_ONCE) {
      const count = Math.min(BLOCKS_AT_ONCE, to - first + 1)
      const numbers = Array.from({ length: count }, (_, i) => first + i)
      yield (await Promise.all(numbers.map((number) => this.#block(number)))).flat()
    }
  }

  close(): void {
    this.#provider.destroy()
  }

  async #block(number: number): Promise<GasUse[]> {
    const tag = `0x${number.toString(16)}`
    const [block, receipts] = await Promise.all([
      this.#provider.send('eth_getBlockByNumber', [tag, true]) as Promise<BlockAnswer>,
      this.#provider.send('eth_getBlockReceipts', [tag]) as Promise<readonly ReceiptAnswer[]>,
    ])
    const inputs = new Map(block.transactions.map(({ hash, input }) => [hash, input]))
    return receipts.map(({ transactionHash, to, contractAddress, gasUsed, status }) => ({
      to,
      created: contractAddress,
      input: inputs.get(transactionHash)!,
      gasUsed: Number(gasUsed),
      hasSucceeded: Number(status) === 1,
    }))
  }
}
