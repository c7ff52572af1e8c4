/**
 * What a node that wants to begin with a snapshot asks its peers, and what they answer, one answer to each question. Bytes from a peer enter
 * the two decoders, which are bounded everywhere and throw only DecodeError; nothing here judges whether an answer is true.
 */

import { type Block, readBlock, writeBlock } from '../../consensus/block.ts'
import { type Certificate, readCertificate, writeCertificate } from '../../consensus/vote.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../../primitives/codec.ts'
import { type Epoch, epoch, type Height, height, type RollupId, rollupId } from '../../primitives/ids.ts'
import type { StateKey } from '../keys.ts'
import { readSetChange, writeSetChange } from '../set-changes.ts'
import type { StateEntry } from '../state-trie.ts'
import { type FinalHeader, readFinalHeader, writeFinalHeader } from './final-header.ts'
import type { ProvenChange } from './snapshot.ts'

export type SnapshotRequest =
  /** Changes of the validators, from an epoch on. */
  | { readonly type: 'changes'; readonly from: Epoch }
  /** The block whose state the peer would give. */
  | { readonly type: 'offer' }
  /** Entries of the state after the block at `at`, in the order of their names, those above `after`. */
  | { readonly type: 'entries'; readonly at: Height; readonly after: StateKey }
  /** The block at a height. */
  | { readonly type: 'block'; readonly at: Height }
  /** The block with the record that covers a rollup's block. */
  | { readonly type: 'record'; readonly rollup: RollupId; readonly at: Height }

export type SnapshotResponse =
  /** In order; an empty list tells that there are no more. */
  | { readonly type: 'changes'; readonly changes: readonly ProvenChange[] }
  | { readonly type: 'offer'; readonly block: Block; readonly certificate: Certificate }
  /** To be asked again with `next` as `after`, unless that is null. */
  | {
      readonly type: 'entries'
      readonly entries: readonly StateEntry[]
      readonly next: StateKey | null
    }
  /** To `block` and `record`. */
  | { readonly type: 'block'; readonly block: Block; readonly final: FinalHeader }
  /** The peer hasn't got what was asked for, or not any more. */
  | { readonly type: 'none' }

export const CHANGES_MAX = 16
export const ENTRIES_MAX = 4096
/** An answer closes with the entry or the change that takes it past this. */
export const ANSWER_BYTES_MAX = 256 * 1024
/** Of an entry: far more than any has. */
export const VALUE_BYTES_MAX = 256 * 1024
const NAME_LENGTH_MAX = 256
const NAME = /^[\x21-\x7e]+$/

const REQUESTS: readonly SnapshotRequest['type'][] = ['changes', 'offer', 'entries', 'block', 'record']
const RESPONSES: readonly SnapshotResponse['type'][] = ['changes', 'offer', 'entries', 'block', 'none']

export function encodeSnapshotRequest(request: SnapshotRequest): Uint8Array {
  const writer = new ByteWriter().u8(REQUESTS.indexOf(request.type))
  switch (request.type) {
    case 'changes':
      return writer.u32(request.from).finish()
    case 'offer':
      return writer.finish()
    case 'entries':
      return writer.u64(request.at).text(request.after).finish()
    case 'block':
      return writer.u64(request.at).finish()
    case 'record':
      return writer.u64(request.rollup).u64(request.at).finish()
  }
}

/** Throws DecodeError. */
export function decodeSnapshotRequest(bytes: Uint8Array): SnapshotRequest {
  return decodeExactly(bytes, (reader) => {
    const type = REQUESTS[reader.u8()]
    switch (type) {
      case 'changes':
        return { type, from: epoch(reader.u32()) }
      case 'offer':
        return { type }
      case 'entries':
        return { type, at: height(reader.u64()), after: readOptionalName(reader) ?? '' }
      case 'block':
        return { type, at: height(reader.u64()) }
      case 'record':
        return { type, rollup: rollupId(reader.u64()), at: height(reader.u64()) }
      default:
        throw new DecodeError('unknown question about a snapshot')
    }
  })
}

export function encodeSnapshotResponse(response: SnapshotResponse): Uint8Array {
  const writer = new ByteWriter().u8(RESPONSES.indexOf(response.type))
  switch (response.type) {
    case 'changes':
      return writer
        .list(response.changes, (to, { change, final }) =>
          writeFinalHeader(writeSetChange(to, change), final),
        )
        .finish()
    case 'offer':
      return writeCertificate(writeBlock(writer, response.block), response.certificate).finish()
    case 'entries':
      return writer
        .list(response.entries, (to, [name, value]) => to.text(name).bytes(value))
        .text(response.next ?? '')
        .finish()
    case 'block':
      return writeFinalHeader(writeBlock(writer, response.block), response.final).finish()
    case 'none':
      return writer.finish()
  }
}

/** Throws DecodeError. Names of entries ascend, and no value is empty. */
export function decodeSnapshotResponse(bytes: Uint8Array): SnapshotResponse {
  return decodeExactly(bytes, (reader) => {
    const type = RESPONSES[reader.u8()]
    switch (type) {
      case 'changes':
        return {
          type,
          changes: reader.list(CHANGES_MAX, (from) => ({
            change: readSetChange(from),
            final: readFinalHeader(from),
          })),
        }
      case 'offer':
        return { type, block: readBlock(reader), certificate: readCertificate(reader) }
      case 'entries':
        return { type, entries: readEntries(reader), next: readOptionalName(reader) }
      case 'block':
        return { type, block: readBlock(reader), final: readFinalHeader(reader) }
      case 'none':
        return { type }
      default:
        throw new DecodeError('unknown answer about a snapshot')
    }
  })
}

function readEntries(reader: ByteReader): StateEntry[] {
  let last: StateKey = ''
  return reader.list(ENTRIES_MAX, (from): StateEntry => {
    const name = readOptionalName(from)
    if (name === null || name <= last) throw new DecodeError('names of entries ascend')
    last = name
    const value = from.bytes(VALUE_BYTES_MAX)
    // No trie has it, so it would pass whatever the root is.
    if (value.length === 0) throw new DecodeError('an entry without a value')
    return [name, value]
  })
}

/** Null for an empty one. */
function readOptionalName(reader: ByteReader): StateKey | null {
  const name = reader.text(NAME_LENGTH_MAX)
  if (name !== '' && !NAME.test(name)) throw new DecodeError('the name of an entry is readable ASCII')
  return name === '' ? null : name
}
