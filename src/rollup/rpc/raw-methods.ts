/** debug_getRaw*: what is hashed, as bytes. */

import { type Hex, toHex } from '../../primitives/bytes.ts'
import { decodeRlp, encodeRlp } from '../../primitives/rlp.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import { readBlock, readHash } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import { encodeEthereumHeader } from '../header.ts'
import { encodeReceipt } from '../receipt.ts'
import type { BlockReader } from './blocks.ts'
import type { ShownBlock } from './format.ts'

export function rawMethods({ chain, mempool }: RollupApplication, blocks: BlockReader): Methods {
  return {
    debug_getRawHeader: ([block]) => toHex(encodeEthereumHeader(blocks.get(readBlock(block)).header)),
    debug_getRawBlock: ([block]) => toHex(encodeBlock(blocks.get(readBlock(block)))),
    debug_getRawReceipts: ([block]) =>
      blocks.get(readBlock(block)).receipts.map((receipt) => toHex(encodeReceipt(receipt))),
    debug_getRawTransaction: ([value]): Hex => {
      const hash = readHash(value, 'hash')
      const place = chain.locate(hash)
      const found =
        place === null ? mempool.get(hash) : chain.blockAt(place.height)!.transactions[place.index]!
      return found === null ? '0x' : toHex(found.raw)
    },
  }
}

/** Header, transactions, no uncles, no withdrawals. */
function encodeBlock({ header, transactions }: ShownBlock): Uint8Array {
  const body = transactions.map(({ type, raw }) => (type === 0 ? decodeRlp(raw) : raw))
  return encodeRlp([decodeRlp(encodeEthereumHeader(header)), body, [], []])
}
