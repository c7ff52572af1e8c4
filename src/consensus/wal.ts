/**
 * The write-ahead log of one instance: own votes, certificates, and blocks voted for. A vote's record is durable before the vote leaves
 * the process (RULE P), so that no crash makes a node vote twice. Framing and checksums are the RecordLog's.
 */

import type { Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { type View, view } from '../primitives/ids.ts'
import { type Block, readBlock, writeBlock } from './block.ts'
import { type Certificate, readCertificate, VOTE_KINDS, type VoteKind, writeCertificate } from './vote.ts'

export type WalRecord =
  /** Signatures are deterministic, so the vote can be signed again. */
  | { readonly type: 'vote'; readonly kind: VoteKind; readonly view: View; readonly digest: Hex }
  | { readonly type: 'certificate'; readonly certificate: Certificate }
  | { readonly type: 'block'; readonly block: Block }

const TYPES: readonly WalRecord['type'][] = ['vote', 'certificate', 'block']

export function encodeWalRecord(record: WalRecord): Uint8Array {
  const writer = new ByteWriter().u8(TYPES.indexOf(record.type))
  switch (record.type) {
    case 'vote':
      return writer.u8(VOTE_KINDS.indexOf(record.kind)).u64(record.view).hex(record.digest, 32).finish()
    case 'certificate':
      return writeCertificate(writer, record.certificate).finish()
    case 'block':
      return writeBlock(writer, record.block).finish()
  }
}

/** Throws DecodeError: the log is of another version, or damaged beyond what its checksums can tell. */
export function decodeWalRecord(bytes: Uint8Array): WalRecord {
  return decodeExactly(bytes, readWalRecord)
}

function readWalRecord(reader: ByteReader): WalRecord {
  const type = TYPES[reader.u8()]
  switch (type) {
    case 'vote':
      return { type, kind: readKind(reader), view: view(reader.u64()), digest: reader.hex(32) }
    case 'certificate':
      return { type, certificate: readCertificate(reader) }
    case 'block':
      return { type, block: readBlock(reader) }
    default:
      throw new DecodeError('unknown record type')
  }
}

function readKind(reader: ByteReader): VoteKind {
  const kind = VOTE_KINDS[reader.u8()]
  if (kind === undefined) throw new DecodeError('unknown vote kind')
  return kind
}
