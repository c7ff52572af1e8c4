/** A block: the header that is voted on and the body that it commits to. */

import { concatBytes, type Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { encodeHeader, type Header, headerDigest, readHeader } from './header.ts'
import { type Certificate, readCertificate, writeCertificate } from './vote.ts'

export interface Block {
  readonly header: Header
  /** Self-delimiting bytes of the application: RLP of an Ethereum header in rollups. It commits to `appBody`. */
  readonly appHeader: Uint8Array
  /** Opaque to consensus. */
  readonly appBody: Uint8Array
  /** The X certificate of every view between the parent's and this one's, in ascending order. */
  readonly justification: readonly Certificate[]
  /** H(header); not on the wire. */
  readonly digest: Hex
}

export const APP_HEADER_BYTES_MAX = 4096
export const APP_BODY_BYTES_MAX = 4 * 1024 * 1024
export const JUSTIFICATION_MAX = 1024

/** Computes the digest; the caller has set `header.payloadRoot`. */
export function createBlock(fields: Omit<Block, 'digest'>): Block {
  return { ...fields, digest: headerDigest(fields.header) }
}

export function encodeJustification(justification: readonly Certificate[]): Uint8Array {
  return new ByteWriter().list(justification, writeCertificate).finish()
}

/** H(application header || justification): so a block that lacks a justification is invalid for everyone, for ever. */
export function payloadRoot(appHeader: Uint8Array, justification: readonly Certificate[]): Hex {
  return keccakHex(concatBytes(appHeader, encodeJustification(justification)))
}

export function writeBlock(writer: ByteWriter, block: Block): ByteWriter {
  return writer
    .raw(encodeHeader(block.header))
    .bytes(block.appHeader)
    .bytes(block.appBody)
    .list(block.justification, writeCertificate)
}

export function readBlock(reader: ByteReader): Block {
  return createBlock({
    header: readHeader(reader),
    appHeader: reader.bytes(APP_HEADER_BYTES_MAX),
    appBody: reader.bytes(APP_BODY_BYTES_MAX),
    justification: reader.list(JUSTIFICATION_MAX, readCertificate),
  })
}

export function encodeBlock(block: Block): Uint8Array {
  return writeBlock(new ByteWriter(), block).finish()
}
