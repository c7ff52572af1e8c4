/** Batches: consecutive rollup blocks on their way into the L1 inbox, and what is known of them once they are in it. */

import type { Hex } from '../primitives/bytes.ts'
import type { Height, RollupId } from '../primitives/ids.ts'

/** Ready to be posted: its last block's certificate is recorded on the Beacon Layer. */
export interface Batch {
  readonly rollup: RollupId
  readonly firstHeight: Height
  readonly lastHeight: Height
  /** Consensus digest of the block before the first; the genesis block's if `firstHeight` is 1. */
  readonly parentDigest: Hex
  /** Consensus digest of the last block. */
  readonly lastDigest: Hex
  /** Ethereum block hash of the last block. */
  readonly lastBlockHash: Hex
  /** State after the last block. */
  readonly stateRoot: Hex
  /** The Beacon block with the record. */
  readonly beacon: { readonly height: Height; readonly digest: Hex }
  /** The last block's F certificate, encoded. */
  readonly certificate: Uint8Array
  /** The blocks, encoded. */
  readonly data: Uint8Array
}

/** Of certificate and data. Ethereum nodes take transactions of at most 128 KiB; a kilobyte is left for the rest of it. */
export const BATCH_BYTES_MAX = 127 * 1024

/** The end of what the inbox holds of a rollup: the next batch begins after it. */
export interface InboxHead {
  readonly batchCount: number
  /** 0 if there is no batch yet. */
  readonly lastHeight: Height
  /** Zero hash if there is no batch yet. */
  readonly lastDigest: Hex
}

/** A batch in an L1 block. */
export interface Posting {
  readonly rollup: RollupId
  /** Position among the rollup's batches, from 0. */
  readonly batchIndex: number
  readonly firstHeight: Height
  readonly lastHeight: Height
  readonly lastDigest: Hex
  readonly stateRoot: Hex
  /** keccak256 of the batch's data. */
  readonly dataHash: Hex
  readonly l1Block: number
  readonly l1BlockHash: Hex
  readonly l1Transaction: Hex
}
