/** A record: headers of a rollup, chained by digest, and the F certificate of the last. */

import { Header, readHeader } from './consensus/header'
import { Certificate, readCertificate } from './consensus/vote'
import { ByteReader } from './primitives/codec'

export const RECORD_HEADERS_MAX = 64

export class RollupRecord {
  constructor(
    readonly headers: Header[],
    readonly certificate: Certificate,
  ) {}
}

/** Null unless `bytes` are one. */
export function decodeRecord(bytes: Uint8Array): RollupRecord | null {
  const reader = new ByteReader(bytes)
  const headers: Header[] = []
  const count = reader.count(RECORD_HEADERS_MAX)
  for (let i = 0; i < count && !reader.failed; i++) headers.push(readHeader(reader))
  const record = new RollupRecord(headers, readCertificate(reader))
  reader.end()
  return reader.failed ? null : record
}
