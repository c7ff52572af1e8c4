/** Votes and the certificates that quorums of them make. */

import * as host from '../host'
import { concatBytes } from '../primitives/bytes'
import { ByteReader, ByteWriter } from '../primitives/codec'
import { keccak256, ZERO_HASH } from '../primitives/hash'
import { AGGREGATE_BYTES, VOTE_SIGNATURE_BYTES } from '../primitives/signatures'
import { U256 } from '../primitives/uint'
import { Committee, domainAt, isQuorum } from './committee'

/** N(otarize) a block, X: nullify a view, F(inalize) a block; their numbers on the wire. */
export const NOTARIZE: i64 = 0
export const NULLIFY: i64 = 1
export const FINALIZE: i64 = 2

export class Vote {
  constructor(
    readonly kind: i64,
    readonly view: i64,
    readonly digest: string,
    readonly signer: i64,
    readonly signature: Uint8Array,
  ) {}
}

/** Proof that a quorum cast the same vote. */
export class Certificate {
  constructor(
    readonly kind: i64,
    readonly view: i64,
    readonly digest: string,
    readonly bitmap: Uint8Array,
    readonly signature: Uint8Array,
  ) {}
}

/** What is signed: H(domain || kind || view || digest). */
export function voteMessage(committee: Committee, kind: i64, at: i64, digest: string): Uint8Array {
  const vote = new ByteWriter().u8(kind).u64(at).hex(digest, 32).finish()
  return keccak256(concatBytes([domainAt(committee, at), vote]))
}

/** Seats in ascending order, or null if the bitmap isn't the canonical one of a committee of `size`. */
export function seatsOf(bitmap: Uint8Array, size: i32): i64[] | null {
  if (bitmap.length != (size + 7) / 8) return null
  const seats: i64[] = []
  for (let seat = 0; seat < bitmap.length * 8; seat++) {
    if (((bitmap[seat >> 3] >> (<u8>seat & 7)) & 1) == 0) continue
    if (seat >= size) return null
    seats.push(seat)
  }
  return seats
}

/** Whether the certificate is by a quorum of `committee` and its aggregate signature holds. Costs a pairing. */
export function verifyCertificate(committee: Committee, certificate: Certificate): bool {
  const seats = seatsOf(certificate.bitmap, committee.members.length)
  if (seats === null) return false
  let weight = U256.ZERO
  const keys: Uint8Array[] = []
  for (let i = 0; i < seats.length; i++) {
    const member = committee.members[<i32>seats[i]]
    weight = weight + member.weight
    keys.push(member.publicKey)
  }
  if (!isQuorum(committee, weight)) return false
  if (certificate.kind == NULLIFY && certificate.digest != ZERO_HASH) return false
  const message = voteMessage(committee, certificate.kind, certificate.view, certificate.digest)
  return host.verifyAggregate(keys, message, certificate.signature)
}

export function writeVote(writer: ByteWriter, vote: Vote): ByteWriter {
  return writer.u8(vote.kind).u64(vote.view).hex(vote.digest, 32).u16(vote.signer).raw(vote.signature)
}

export function readVote(reader: ByteReader): Vote {
  const kind = readKind(reader)
  const view = reader.u64()
  const digest = reader.hex(32)
  const signer = reader.u16()
  return new Vote(kind, view, digest, signer, reader.raw(VOTE_SIGNATURE_BYTES))
}

export function readCertificate(reader: ByteReader): Certificate {
  const kind = readKind(reader)
  const view = reader.u64()
  const digest = reader.hex(32)
  const bitmap = reader.raw(<i32>reader.u16())
  return new Certificate(kind, view, digest, bitmap, reader.raw(AGGREGATE_BYTES))
}

function readKind(reader: ByteReader): i64 {
  const kind = reader.u8()
  if (kind > FINALIZE) reader.failed = true
  return kind
}
