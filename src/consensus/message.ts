/**
 * What the nodes of one instance say to each other, and its encoding: a type byte, then fixed-width fields. Bytes from a peer enter
 * `decodeMessage`, which is bounded everywhere and throws only DecodeError; nothing here judges whether a message is true.
 */

import type { Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { type Height, height, type View, view } from '../primitives/ids.ts'
import {
  APP_BODY_BYTES_MAX,
  APP_HEADER_BYTES_MAX,
  type Block,
  JUSTIFICATION_MAX,
  readBlock,
  writeBlock,
} from './block.ts'
import { encodeHeader, type Header, readHeader } from './header.ts'
import {
  type Certificate,
  readCertificate,
  readVote,
  type Vote,
  writeCertificate,
  writeVote,
} from './vote.ts'

/** The transport's name for an authenticated peer; opaque here. */
export type PeerKey = string

/** Whom a message is for: one peer, or all of a kind that are connected; observers are peers without a seat. */
export type Audience = PeerKey | 'all' | 'seats' | 'observers'

/** Whether a message for `to` is for this peer; `seat` is -1 for an observer. */
export function isAddressedTo(to: Audience, peer: PeerKey, seat: number): boolean {
  return to === peer || to === 'all' || to === (seat < 0 ? 'observers' : 'seats')
}

/** A leader's block for `vote.view`. A terminal block may be proposed again in later views; then `block.header.view` is below it. */
export interface Proposal {
  readonly type: 'proposal'
  readonly block: Block
  /** The leader's own N vote. */
  readonly vote: Vote
  /** What lets a laggard follow: the parent's certificate, X certificates of a repeated proposal, the best F certificate. */
  readonly certificates: readonly Certificate[]
}

export interface VoteMessage {
  readonly type: 'vote'
  readonly vote: Vote
}

export interface CertificateMessage {
  readonly type: 'certificate'
  readonly certificate: Certificate
}

/** Asks for the certificates held of a view and, if a digest is given, for that block. */
export interface Need {
  readonly type: 'need'
  readonly view: View
  readonly digest: Hex | null
}

export interface BlockMessage {
  readonly type: 'block'
  readonly block: Block
}

/** Asks for final blocks in height order. */
export interface ChainRequest {
  readonly type: 'chainRequest'
  readonly fromHeight: Height
  readonly max: number
}

/** Final blocks, then the bare headers up to the one that `certificate` (F) certifies. Empty lists: nothing to offer. */
export interface ChainResponse {
  readonly type: 'chainResponse'
  readonly blocks: readonly Block[]
  readonly headers: readonly Header[]
  readonly certificate: Certificate
}

export type Message =
  | Proposal
  | VoteMessage
  | CertificateMessage
  | Need
  | BlockMessage
  | ChainRequest
  | ChainResponse

export const CHAIN_BLOCKS_MAX = 64
/** A response closes before the block that would take its bodies past this, but holds at least one block. */
export const CHAIN_BYTES_MAX = 2 * 1024 * 1024
export const CHAIN_HEADERS_MAX = 1024
const CERTIFICATES_MAX = JUSTIFICATION_MAX + 2
/** The largest legal message: a full block with as many certificates of a committee of 1,000 as a block may have, twice. */
export const MESSAGE_BYTES_MAX = APP_HEADER_BYTES_MAX + APP_BODY_BYTES_MAX + 2 * CERTIFICATES_MAX * 272 + 1024

const TYPES: readonly Message['type'][] = [
  'proposal',
  'vote',
  'certificate',
  'need',
  'block',
  'chainRequest',
  'chainResponse',
]

/** Whether it only asks, and says nothing that would have to be judged; of bytes that aren't decoded. */
export function isQuestion(bytes: Uint8Array): boolean {
  const type = bytes.length === 0 ? undefined : TYPES[bytes[0]!]
  return type === 'need' || type === 'chainRequest'
}

export function encodeMessage(message: Message): Uint8Array {
  const writer = new ByteWriter().u8(TYPES.indexOf(message.type))
  switch (message.type) {
    case 'proposal':
      writeVote(writeBlock(writer, message.block), message.vote)
      return writer.list(message.certificates, writeCertificate).finish()
    case 'vote':
      return writeVote(writer, message.vote).finish()
    case 'certificate':
      return writeCertificate(writer, message.certificate).finish()
    case 'need':
      writer.u64(message.view).u8(message.digest === null ? 0 : 1)
      return (message.digest === null ? writer : writer.hex(message.digest, 32)).finish()
    case 'block':
      return writeBlock(writer, message.block).finish()
    case 'chainRequest':
      return writer.u64(message.fromHeight).u16(message.max).finish()
    case 'chainResponse':
      writer.list(message.blocks, writeBlock)
      writer.list(message.headers, (to, header) => to.raw(encodeHeader(header)))
      return writeCertificate(writer, message.certificate).finish()
  }
}

/** Throws DecodeError unless `bytes` is exactly one message. */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length > MESSAGE_BYTES_MAX) throw new DecodeError(`a message of ${bytes.length} bytes`)
  return decodeExactly(bytes, readMessage)
}

function readMessage(reader: ByteReader): Message {
  const type = TYPES[reader.u8()]
  switch (type) {
    case 'proposal':
      return {
        type,
        block: readBlock(reader),
        vote: readVote(reader),
        certificates: reader.list(CERTIFICATES_MAX, readCertificate),
      }
    case 'vote':
      return { type, vote: readVote(reader) }
    case 'certificate':
      return { type, certificate: readCertificate(reader) }
    case 'need':
      return { type, view: view(reader.u64()), digest: readFlag(reader) ? reader.hex(32) : null }
    case 'block':
      return { type, block: readBlock(reader) }
    case 'chainRequest':
      return { type, fromHeight: height(reader.u64()), max: readCount(reader) }
    case 'chainResponse':
      return {
        type,
        blocks: reader.list(CHAIN_BLOCKS_MAX, readBlock),
        headers: reader.list(CHAIN_HEADERS_MAX, readHeader),
        certificate: readCertificate(reader),
      }
    default:
      throw new DecodeError('unknown message type')
  }
}

function readCount(reader: ByteReader): number {
  const count = reader.u16()
  if (count === 0 || count > CHAIN_BLOCKS_MAX) throw new DecodeError(`${count} blocks asked for`)
  return count
}

function readFlag(reader: ByteReader): boolean {
  const flag = reader.u8()
  if (flag > 1) throw new DecodeError('a flag is 0 or 1')
  return flag === 1
}
