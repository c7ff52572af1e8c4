/** Evidence: two votes of one signer that no honest signer casts both. */

import { Committee } from './consensus/committee'
import { readInstance, writeInstance } from './consensus/header'
import { FINALIZE, NOTARIZE, NULLIFY, readVote, Vote, voteMessage, writeVote } from './consensus/vote'
import * as host from './host'
import { ByteReader, ByteWriter } from './primitives/codec'
import { ZERO_HASH } from './primitives/hash'
import { Instance } from './primitives/ids'

export class Evidence {
  constructor(
    readonly instance: Instance,
    readonly first: Vote,
    readonly second: Vote,
  ) {}
}

/** What the votes prove if their signatures hold, or null. The order of the two votes is fixed, so that an offence has one form. */
export function offenceOf(evidence: Evidence): string | null {
  const first = evidence.first
  const second = evidence.second
  if (first.signer != second.signer || first.view != second.view) return null
  if (first.kind == NULLIFY && second.kind == FINALIZE) return first.digest == ZERO_HASH ? 'XF' : null
  if (first.kind == FINALIZE && second.kind == NOTARIZE) return first.digest != second.digest ? 'FN' : null
  if (first.kind == second.kind && first.kind != NULLIFY && first.digest < second.digest) {
    return first.kind == NOTARIZE ? 'NN' : 'FF'
  }
  return null
}

/** The offence, or null unless the votes conflict and both are by the member of `committee` that they name. Costs two pairings. */
export function verifyEvidence(committee: Committee, evidence: Evidence): string | null {
  const offence = offenceOf(evidence)
  if (offence === null || evidence.first.signer >= committee.members.length) return null
  const holds = isSigned(committee, evidence.first) && isSigned(committee, evidence.second)
  return holds ? offence : null
}

export function encodeEvidence(evidence: Evidence): Uint8Array {
  const writer = writeInstance(new ByteWriter(), evidence.instance)
  return writeVote(writeVote(writer, evidence.first), evidence.second).finish()
}

/** Null unless `bytes` are one. */
export function decodeEvidence(bytes: Uint8Array): Evidence | null {
  const reader = new ByteReader(bytes)
  const instance = readInstance(reader)
  const first = readVote(reader)
  const evidence = new Evidence(instance, first, readVote(reader))
  reader.end()
  return reader.failed ? null : evidence
}

function isSigned(committee: Committee, vote: Vote): bool {
  const member = committee.members[<i32>vote.signer]
  return host.verify(member.publicKey, voteMessage(committee, vote.kind, vote.view, vote.digest), vote.signature)
}
