/**
 * A record: the consensus headers of a rollup since its previous record, chained by digest, and the F certificate of the last. The
 * certificate covers them all.
 */

import { encodeHeader, type Header, readHeader } from '../consensus/header.ts'
import { type Certificate, readCertificate, writeCertificate } from '../consensus/vote.ts'
import { ByteWriter, decodeExactly } from '../primitives/codec.ts'

export const RECORD_HEADERS_MAX = 64

export interface RollupRecord {
  /** Ascending by height, at least one, all of one instance. */
  readonly headers: readonly Header[]
  readonly certificate: Certificate
}

export function encodeRecord(record: RollupRecord): Uint8Array {
  const writer = new ByteWriter().list(record.headers, (to, header) => to.raw(encodeHeader(header)))
  return writeCertificate(writer, record.certificate).finish()
}

/** Throws DecodeError. */
export function decodeRecord(bytes: Uint8Array): RollupRecord {
  return decodeExactly(bytes, (reader) => ({
    headers: reader.list(RECORD_HEADERS_MAX, readHeader),
    certificate: readCertificate(reader),
  }))
}
