/** eth_* about blocks and what they contain. */

import type { Methods } from '../../rpc/dispatch.ts'
import { optional, readBlock, readBoolean, readHash, readNumber } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import type { BlockReader } from './blocks.ts'
import {
  blockJson,
  includedTransactionJson,
  pendingTransactionJson,
  quantity,
  receiptJson,
  type ShownBlock,
} from './format.ts'

export function chainMethods(application: RollupApplication, blocks: BlockReader): Methods {
  const { chain, mempool, spec } = application
  const included = (block: ShownBlock | null, index: number) =>
    block === null || index >= block.transactions.length ? null : includedTransactionJson(block, index)
  const count = (block: ShownBlock | null) => (block === null ? null : quantity(block.transactions.length))
  const uncles = (block: ShownBlock | null) => (block === null ? null : '0x0')

  return {
    eth_chainId: () => quantity(spec.chainId),
    net_version: () => String(spec.chainId),
    eth_blockNumber: () => quantity(blocks.height({ by: 'tag', tag: 'latest' })),
    eth_getBlockByNumber: (params) => shown(blocks.find(readBlock(params[0])), params[1]),
    eth_getBlockByHash: (params) => shown(blocks.find(byHash(params[0])), params[1]),
    eth_getBlockTransactionCountByNumber: (params) => count(blocks.find(readBlock(params[0]))),
    eth_getBlockTransactionCountByHash: (params) => count(blocks.find(byHash(params[0]))),
    eth_getUncleCountByBlockNumber: (params) => uncles(blocks.find(readBlock(params[0]))),
    eth_getUncleCountByBlockHash: (params) => uncles(blocks.find(byHash(params[0]))),
    eth_getUncleByBlockNumberAndIndex: () => null,
    eth_getUncleByBlockHashAndIndex: () => null,
    eth_getTransactionByBlockNumberAndIndex: (params) =>
      included(blocks.find(readBlock(params[0])), readNumber(params[1], 'index')),
    eth_getTransactionByBlockHashAndIndex: (params) =>
      included(blocks.find(byHash(params[0])), readNumber(params[1], 'index')),
    eth_getTransactionByHash: (params) => {
      const hash = readHash(params[0], 'hash')
      const place = chain.locate(hash)
      if (place !== null) return includedTransactionJson(chain.blockAt(place.height)!, place.index)
      const waiting = mempool.get(hash)
      return waiting === null ? null : pendingTransactionJson(waiting)
    },
    eth_getTransactionReceipt: (params) => {
      const place = chain.locate(readHash(params[0], 'hash'))
      return place === null ? null : receiptJson(chain.blockAt(place.height)!, place.index)
    },
    eth_getBlockReceipts: (params) => {
      const block = blocks.find(readBlock(params[0]))
      return block === null ? null : block.receipts.map((_, index) => receiptJson(block, index))
    },
  }
}

function byHash(value: unknown) {
  return { by: 'hash', hash: readHash(value, 'hash'), requireCanonical: false } as const
}

function shown(block: ShownBlock | null, withTransactions: unknown) {
  const isFull = optional(readBoolean)(withTransactions, 'full') ?? false
  return block === null ? null : blockJson(block, isFull)
}
