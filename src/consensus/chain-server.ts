/** Answers chain requests from the store of final blocks, outside the protocol step: reading may take a while. */

import { type Height, height } from '../primitives/ids.ts'
import { type Block, encodeBlock } from './block.ts'
import type { BlockSource } from './block-source.ts'
import type { Header } from './header.ts'
import {
  CHAIN_BLOCKS_MAX,
  CHAIN_BYTES_MAX,
  CHAIN_HEADERS_MAX,
  type ChainResponse,
  type PeerKey,
} from './message.ts'

export class ChainServer {
  readonly #source: BlockSource
  readonly #send: (to: PeerKey, response: ChainResponse) => void
  /** One answer at a time for each peer; what it asks meanwhile it has to ask again. */
  readonly #busy = new Set<PeerKey>()

  constructor(source: BlockSource, send: (to: PeerKey, response: ChainResponse) => void) {
    this.#source = source
    this.#send = send
  }

  async serve(to: PeerKey, fromHeight: Height, max: number): Promise<void> {
    if (this.#busy.has(to)) return
    this.#busy.add(to)
    try {
      const response = await collectChain(this.#source, fromHeight, max)
      if (response !== null) this.#send(to, response)
    } finally {
      this.#busy.delete(to)
    }
  }
}

/** Final blocks from a height on, and the headers up to the certificate that proves them; null if the source has nothing there. */
export async function collectChain(
  source: BlockSource,
  fromHeight: Height,
  max: number,
): Promise<ChainResponse | null> {
  const blocks = await collectBlocks(source, fromHeight, Math.min(max, CHAIN_BLOCKS_MAX))
  const last = blocks.at(-1)
  if (last === undefined) return null
  const anchor = await source.certifiedFrom(last.header.height)
  if (anchor === null) return null
  const headers: Header[] = []
  for (let at = last.header.height + 1; at <= anchor.block.header.height; at++) {
    const block = await source.blockAt(height(at))
    if (block === null || headers.length === CHAIN_HEADERS_MAX) return null
    headers.push(block.header)
  }
  return { type: 'chainResponse', blocks, headers, certificate: anchor.certificate }
}

async function collectBlocks(source: BlockSource, fromHeight: Height, max: number): Promise<Block[]> {
  const blocks: Block[] = []
  let bytes = 0
  for (let at: number = fromHeight; blocks.length < max; at++) {
    const block = await source.blockAt(height(at))
    if (block === null) break
    bytes += encodeBlock(block).length
    if (blocks.length > 0 && bytes > CHAIN_BYTES_MAX) break
    blocks.push(block)
  }
  return blocks
}
