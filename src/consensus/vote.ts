/** Votes and the certificates that quorums of them make. */

import { concatBytes, type Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError } from '../primitives/codec.ts'
import { keccak256, ZERO_HASH } from '../primitives/hash.ts'
import { type View, view } from '../primitives/ids.ts'
import { AGGREGATE_BYTES, type SignatureScheme, VOTE_SIGNATURE_BYTES } from '../primitives/signatures.ts'
import { type Committee, domainAt, isQuorum } from './committee.ts'

/** N(otarize) a block, X: nullify a view, F(inalize) a block. */
export type VoteKind = 'N' | 'X' | 'F'

export const VOTE_KINDS: readonly VoteKind[] = ['N', 'X', 'F']

export interface Vote {
  readonly kind: VoteKind
  readonly view: View
  /** The block's; zero for X. */
  readonly digest: Hex
  /** Seat of the signer. */
  readonly signer: number
  /** 192 B; see primitives/signatures.ts. */
  readonly signature: Uint8Array
}

/** Proof that a quorum cast the same vote. Valid in one instance only, whose domain the signature covers. */
export interface Certificate {
  readonly kind: VoteKind
  readonly view: View
  readonly digest: Hex
  /** Bit `seat % 8` of byte `seat / 8`, least significant first, set for each signer; exactly ceil(seats / 8) bytes. */
  readonly bitmap: Uint8Array
  /** 96 B. */
  readonly signature: Uint8Array
}

/** What is signed: H(domain || kind || view || digest). */
export function voteMessage(committee: Committee, kind: VoteKind, at: View, digest: Hex): Uint8Array {
  return keccak256(
    concatBytes(
      domainAt(committee, at),
      new ByteWriter().u8(VOTE_KINDS.indexOf(kind)).u64(at).hex(digest, 32).finish(),
    ),
  )
}

export function bitmapOf(seats: Iterable<number>, size: number): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(size / 8))
  for (const seat of seats) bitmap[seat >> 3]! |= 1 << (seat & 7)
  return bitmap
}

/** Seats in ascending order, or null if the bitmap isn't the canonical one of a committee of `size`. */
export function seatsOf(bitmap: Uint8Array, size: number): number[] | null {
  if (bitmap.length !== Math.ceil(size / 8)) return null
  const seats: number[] = []
  for (let seat = 0; seat < bitmap.length * 8; seat++) {
    if ((bitmap[seat >> 3]! & (1 << (seat & 7))) === 0) continue
    if (seat >= size) return null
    seats.push(seat)
  }
  return seats
}

/** Whether the certificate is by a quorum of `committee` and its aggregate signature holds. Costs a pairing. */
export function verifyCertificate(
  committee: Committee,
  scheme: SignatureScheme,
  certificate: Certificate,
): boolean {
  const seats = seatsOf(certificate.bitmap, committee.members.length)
  if (seats === null) return false
  const signers = seats.map((seat) => committee.members[seat]!)
  if (
    !isQuorum(
      committee,
      signers.reduce((sum, member) => sum + member.weight, 0n),
    )
  )
    return false
  if (certificate.kind === 'X' && certificate.digest !== ZERO_HASH) return false
  const message = voteMessage(committee, certificate.kind, certificate.view, certificate.digest)
  return scheme.verifyAggregate(
    signers.map((member) => member.publicKey),
    message,
    certificate.signature,
  )
}

export function writeVote(writer: ByteWriter, vote: Vote): ByteWriter {
  return writer
    .u8(VOTE_KINDS.indexOf(vote.kind))
    .u64(vote.view)
    .hex(vote.digest, 32)
    .u16(vote.signer)
    .raw(vote.signature)
}

export function readVote(reader: ByteReader): Vote {
  return {
    kind: readKind(reader),
    view: view(reader.u64()),
    digest: reader.hex(32),
    signer: reader.u16(),
    signature: reader.raw(VOTE_SIGNATURE_BYTES),
  }
}

export function writeCertificate(writer: ByteWriter, certificate: Certificate): ByteWriter {
  const { kind, bitmap, signature } = certificate
  writer.u8(VOTE_KINDS.indexOf(kind)).u64(certificate.view).hex(certificate.digest, 32)
  return writer.u16(bitmap.length).raw(bitmap).raw(signature)
}

export function readCertificate(reader: ByteReader): Certificate {
  return {
    kind: readKind(reader),
    view: view(reader.u64()),
    digest: reader.hex(32),
    bitmap: reader.raw(reader.u16()),
    signature: reader.raw(AGGREGATE_BYTES),
  }
}

function readKind(reader: ByteReader): VoteKind {
  const kind = VOTE_KINDS[reader.u8()]
  if (kind === undefined) throw new DecodeError('unknown vote kind')
  return kind
}
