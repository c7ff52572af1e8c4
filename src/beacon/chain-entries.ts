/** The entries of the store in which the final Beacon chain is: their keys, their values, and what is written for a block. */

import { type Block, encodeBlock } from '../consensus/block.ts'
import { type Certificate, writeCertificate } from '../consensus/vote.ts'
import type { BatchOperation } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter } from '../primitives/codec.ts'
import { type Height, height, type RollupId } from '../primitives/ids.ts'
import { encodeReceipt } from './receipt.ts'
import { type SetChange, writeSetChange } from './set-changes.ts'
import { type FinalHeader, writeFinalHeader } from './snapshot/final-header.ts'
import type { KeptRecord, OldBlock } from './snapshot/snapshot.ts'
import type { StateEntry } from './state-trie.ts'
import type { Receipt } from './transition/actions.ts'
import type { BeaconEvent } from './transition/events.ts'

/** A final block and everything that is kept with it. */
export interface FinalUpdate {
  readonly block: Block
  readonly changes: readonly StateEntry[]
  readonly receipts: readonly Receipt[]
  readonly events: readonly BeaconEvent[]
  /** Records in the order of the body: which rollup heights each covers. */
  readonly records: readonly { readonly rollup: RollupId; readonly from: Height; readonly to: Height }[]
  readonly setChanges: readonly SetChange[]
}

/** Where an item is in the chain. */
export interface Position {
  readonly height: Height
  readonly index: number
}

/** Raised when entries of the state, or of this store, change their encoding. 2: validators can be slashed. 3: complete staking. 4: the
 * runtime's code, rollups' lifetimes. */
export const FORMAT = 4

export const NETWORK = 'network'
export const FORMAT_KEY = 'format'
export const HEAD = 'head'
/** Height of the snapshot that the node has begun with, if it has. */
export const SNAPSHOT = 'snapshot'
export const STATE_PREFIX = 'state/'
export const EVIDENCE_PREFIX = 'evidence/'
export const SET_CHANGE_PREFIX = 'set-change/'
export const blockKey = (at: number) => `block/${padded(at)}`
export const digestKey = (digest: Hex) => `digest/${digest}`
/** Height of the lowest block at or above `at` that has a certificate of its own. */
export const coverKey = (at: number) => `cover/${padded(at)}`
export const certificateKey = (at: number) => `certificate/${padded(at)}`
/** Of a block from before the snapshot, which has no certificate of its own in the store. */
export const finalHeaderKey = (at: number) => `final-header/${padded(at)}`
export const receiptKey = (hash: Hex) => `receipt/${hash}`
export const recordKey = (rollup: RollupId, at: number) => `record/${rollup}/${padded(at)}`

export function operationsOf({
  block,
  changes,
  receipts,
  events,
  records,
  setChanges,
}: FinalUpdate): BatchOperation[] {
  const at = block.header.height
  const evidence = events.filter(({ type }) => type === 'evidence')
  return [
    ...blockOperations(block),
    ...changes.map(([key, value]) => put(STATE_PREFIX + key, value)),
    ...receipts.map((receipt, index) =>
      put(
        receiptKey(receipt.hash),
        writePosition({ height: at, index }).raw(encodeReceipt(receipt)).finish(),
      ),
    ),
    ...records.flatMap((record, index) => recordOperations(at, { ...record, index })),
    ...evidence.map((_, index) =>
      put(`${EVIDENCE_PREFIX}${padded(at)}/${padded(index)}`, writePosition({ height: at, index }).finish()),
    ),
    ...setChanges.map(setChangeOperation),
  ]
}

export function identityOperations(network: Hex): BatchOperation[] {
  return [
    put(NETWORK, new ByteWriter().hex(network, 32).finish()),
    put(FORMAT_KEY, new ByteWriter().u16(FORMAT).finish()),
  ]
}

export function blockOperations(block: Block): BatchOperation[] {
  const at = block.header.height
  return [put(blockKey(at), encodeBlock(block)), put(digestKey(block.digest), heightBytes(at))]
}

export function oldBlockOperations({ block, final, record }: OldBlock): BatchOperation[] {
  const positions = record === null ? [] : recordOperations(block.header.height, record)
  return [...blockOperations(block), finalHeaderOperation(final), ...positions]
}

function recordOperations(at: Height, { rollup, index, from, to }: KeptRecord): BatchOperation[] {
  const position = writePosition({ height: at, index }).finish()
  return Array.from({ length: to - from + 1 }, (_, i) => put(recordKey(rollup, from + i), position))
}

export function setChangeOperation(change: SetChange): BatchOperation {
  return put(SET_CHANGE_PREFIX + padded(change.epoch), writeSetChange(new ByteWriter(), change).finish())
}

export function finalHeaderOperation(final: FinalHeader): BatchOperation {
  return put(finalHeaderKey(final.headers[0]!.height), writeFinalHeader(new ByteWriter(), final).finish())
}

/** One certificate makes all of `heights` final, the last of which is `certified`. */
export function coverOperations(
  heights: readonly Height[],
  certified: Height,
  certificate: Certificate,
): BatchOperation[] {
  return [
    ...heights.map((at) => put(coverKey(at), heightBytes(certified))),
    put(certificateKey(certified), writeCertificate(new ByteWriter(), certificate).finish()),
  ]
}

export function headOperation(block: Block): BatchOperation {
  return put(HEAD, heightBytes(block.header.height))
}

export function heightBytes(at: Height): Uint8Array {
  return new ByteWriter().u64(at).finish()
}

export function put(key: string, value: Uint8Array): BatchOperation {
  return { type: 'put', key, value }
}

function writePosition({ height: at, index }: Position): ByteWriter {
  return new ByteWriter().u64(at).u32(index)
}

export function readPosition(reader: ByteReader): Position {
  return { height: height(reader.u64()), index: reader.u32() }
}

/** So that the order of keys is the order of numbers. */
function padded(value: number): string {
  return value.toString().padStart(16, '0')
}
