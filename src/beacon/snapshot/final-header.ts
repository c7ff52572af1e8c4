/** A header that is final, shown to somebody who knows the validators: by its own certificate, or by a descendant's and the headers between. */

import type { Committee } from '../../consensus/committee.ts'
import { encodeHeader, type Header, headerDigest, readHeader } from '../../consensus/header.ts'
import {
  type Certificate,
  readCertificate,
  verifyCertificate,
  writeCertificate,
} from '../../consensus/vote.ts'
import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { BEACON, type Epoch } from '../../primitives/ids.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'

export interface FinalHeader {
  /** The one in question first, each the parent of the next, the certified one last. */
  readonly headers: readonly Header[]
  readonly certificate: Certificate
}

/** As many as a certificate can cover in one answer to a node that catches up. */
export const COVERED_HEADERS_MAX = 1024

/** The header that is shown to be final; null if it isn't. Costs a pairing. */
export function openFinalHeader(
  { headers, certificate }: FinalHeader,
  votersIn: (epoch: Epoch) => Committee,
  scheme: SignatureScheme,
): Header | null {
  const [first] = headers
  if (first === undefined || headers.some((header) => header.instance.rollup !== BEACON)) return null
  const digests = headers.map(headerDigest)
  const isChained = headers.every((header, i) => i === 0 || header.parent === digests[i - 1])
  if (!isChained || certificate.kind !== 'F' || certificate.digest !== digests.at(-1)) return null
  const voters = votersIn(headers.at(-1)!.instance.epoch)
  return verifyCertificate(voters, scheme, certificate) ? first : null
}

export function writeFinalHeader(writer: ByteWriter, { headers, certificate }: FinalHeader): ByteWriter {
  writer.list(headers, (to, header) => to.raw(encodeHeader(header)))
  return writeCertificate(writer, certificate)
}

export function readFinalHeader(reader: ByteReader): FinalHeader {
  return { headers: reader.list(COVERED_HEADERS_MAX, readHeader), certificate: readCertificate(reader) }
}
