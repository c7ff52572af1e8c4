/**
 * Batches: consecutive soft-confirmed blocks, as they are posted to the L1, with the F certificate of the last. Whoever reads a batch
 * can rebuild the rollup from it: blocks carry everything that was voted on. Pure; who posts it, when and where is settlement's matter.
 */

import { type Block, readBlock, writeBlock } from '../consensus/block.ts'
import { type Certificate, readCertificate, writeCertificate } from '../consensus/vote.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { type RollupId, rollupId } from '../primitives/ids.ts'
import type { ChainStore } from './chain-store.ts'

export interface Batch {
  readonly rollup: RollupId
  /** At least one, in height order, each the child of the one before. */
  readonly blocks: readonly Block[]
  /** F, of the last block. */
  readonly certificate: Certificate
}

/** What an L1 transaction can carry as call data, less what the inbox needs. */
const BATCH_BYTES_MAX = 120_000
const BATCH_BLOCKS_MAX = 1_024

const VERSION = 1

export function encodeBatch(batch: Batch): Uint8Array {
  const writer = new ByteWriter().u8(VERSION).u64(batch.rollup).list(batch.blocks, writeBlock)
  return writeCertificate(writer, batch.certificate).finish()
}

/** Throws DecodeError also if blocks don't follow one another or the certificate isn't of the last. Signatures are the reader's to check. */
export function decodeBatch(bytes: Uint8Array): Batch {
  return decodeExactly(bytes, readBatch)
}

/**
 * The next batch after block `posted`, up to block `upTo` at most, of at most `bytesMax` encoded bytes; null if no certified block
 * follows there. It ends with a block that has a certificate of its own. A first stretch that is too large goes out alone: it can't
 * be made smaller.
 */
export function nextBatch(
  store: ChainStore,
  rollup: RollupId,
  posted: number,
  upTo: number,
  bytesMax: number = BATCH_BYTES_MAX,
): Batch | null {
  let batch: Batch | null = null
  for (let next = store.certifiedFrom(posted + 1); next !== null && next.block.header.height <= upTo; ) {
    const blocks: Block[] = [...(batch?.blocks ?? [])]
    for (let height = posted + blocks.length + 1; height <= next.block.header.height; height++) {
      blocks.push(store.blockAt(height)!)
    }
    const longer: Batch = { rollup, blocks, certificate: next.certificate }
    const fits = blocks.length <= BATCH_BLOCKS_MAX && encodeBatch(longer).length <= bytesMax
    if (batch !== null && !fits) return batch
    batch = longer
    if (!fits) return batch
    next = store.certifiedFrom(next.block.header.height + 1)
  }
  return batch
}

function readBatch(reader: ByteReader): Batch {
  if (reader.u8() !== VERSION) throw new DecodeError('unknown batch version')
  const rollup = rollupId(reader.u64())
  const blocks = reader.list(BATCH_BLOCKS_MAX, readBlock)
  const certificate = readCertificate(reader)
  for (const [index, { header }] of blocks.entries()) {
    if (header.instance.rollup !== rollup) throw new DecodeError('a block of another rollup')
    const parent = blocks[index - 1]
    if (
      parent !== undefined &&
      (header.parent !== parent.digest || header.height !== parent.header.height + 1)
    ) {
      throw new DecodeError('the blocks do not follow one another')
    }
  }
  if (certificate.kind !== 'F' || certificate.digest !== blocks.at(-1)?.digest) {
    throw new DecodeError('the certificate is not of the last block')
  }
  return { rollup, blocks, certificate }
}
