/**
 * Takes a stored rollup back to one of its blocks: the Beacon Layer has opened a new instance from there, so everything above is void. The
 * chain up to that block is executed anew, since states of the past aren't kept, and replaces the stored one in one durable batch: a
 * crash leaves the one or the other.
 */

import type { Certificate } from '../consensus/vote.ts'
import { MemoryStore } from '../platform/memory-store.ts'
import type { BatchOperation, KeyValueStore } from '../platform/ports.ts'
import type { Height } from '../primitives/ids.ts'
import { createRollupApplication, type RollupOptions, type RollupPorts } from './application.ts'
import { decodeBody } from './body.ts'
import { ChainStore } from './chain-store.ts'

export interface RewindTarget {
  /** Of the last block to keep. */
  readonly height: Height
  /** That block's F certificate, for this node may only have one of a later block; null for the genesis. */
  readonly certificate: Certificate | null
}

/** Gives the transactions, as bytes, of the blocks that are no more, in their order. */
export async function rewindRollup(
  options: RollupOptions,
  ports: RollupPorts,
  target: RewindTarget,
): Promise<Uint8Array[]> {
  const stored = new ChainStore(ports.store)
  const dropped: Uint8Array[] = []
  for (let at = target.height + 1; at <= (stored.headHeight() ?? 0); at++) {
    dropped.push(...decodeBody(stored.blockAt(at)!.appBody))
  }
  const rebuilt = new MemoryStore()
  const application = await createRollupApplication(options, { ...ports, store: rebuilt })
  for (let from = 1; from <= target.height; ) {
    const { to, certificate } = nextCommit(stored, from, target)
    const blocks = Array.from({ length: to - from + 1 }, (_, i) => stored.blockAt(from + i)!)
    await application.commit(blocks, certificate)
    from = to + 1
  }
  await replaceContents(ports.store, rebuilt)
  return dropped
}

/** Up to the next block with a certificate of its own that is kept. */
function nextCommit(
  stored: ChainStore,
  from: number,
  { height, certificate }: RewindTarget,
): { to: number; certificate: Certificate } {
  const anchor = stored.certifiedFrom(from)
  const isKept = anchor !== null && anchor.block.header.height <= height
  if (isKept) return { to: anchor.block.header.height, certificate: anchor.certificate }
  return { to: height, certificate: certificate! }
}

async function replaceContents(store: KeyValueStore, by: KeyValueStore): Promise<void> {
  const operations: BatchOperation[] = []
  for await (const [key] of store.entries('')) {
    if (by.get(key) === undefined) operations.push({ type: 'del', key })
  }
  for await (const [key, value] of by.entries('')) operations.push({ type: 'put', key, value })
  await store.batch(operations, { sync: true })
}
