/**
 * Evidence: two votes of one signer that no honest signer casts both. Any fork implies such pairs by a third of the weight. Voting to
 * notarize a view's block and then to nullify the view is legal, and never evidence.
 */

import type { Committee } from '../consensus/committee.ts'
import { readInstance, writeInstance } from '../consensus/header.ts'
import { readVote, type Vote, voteMessage, writeVote } from '../consensus/vote.ts'
import { ByteWriter, decodeExactly } from '../primitives/codec.ts'
import { ZERO_HASH } from '../primitives/hash.ts'
import type { Instance } from '../primitives/ids.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'

/** By the kinds of the two votes: notarized twice, finalized twice, nullified and finalized, finalized one and notarized another. */
export type Offence = 'NN' | 'FF' | 'XF' | 'FN'

export interface Evidence {
  readonly instance: Instance
  readonly votes: readonly [Vote, Vote]
}

/** What the votes prove if their signatures hold, or null. The order of the two votes is fixed, so that an offence has one form. */
export function offenceOf({ votes: [first, second] }: Evidence): Offence | null {
  if (first.signer !== second.signer || first.view !== second.view) return null
  const kinds = `${first.kind}${second.kind}`
  if (kinds === 'XF') return first.digest === ZERO_HASH ? 'XF' : null
  if (kinds === 'FN') return first.digest !== second.digest ? 'FN' : null
  if (kinds === 'NN' || kinds === 'FF') return first.digest < second.digest ? kinds : null
  return null
}

/** Of two conflicting votes as the engine reports them, in whichever order. */
export function createEvidence(instance: Instance, a: Vote, b: Vote): Evidence {
  const rank = { X: 0, F: 1, N: 2 }
  const isOrdered = a.kind === b.kind ? a.digest <= b.digest : rank[a.kind] < rank[b.kind]
  return { instance, votes: isOrdered ? [a, b] : [b, a] }
}

/** The offence, or null unless the votes conflict and both are by the member of `committee` that they name. Costs two pairings. */
export function verifyEvidence(
  committee: Committee,
  scheme: SignatureScheme,
  evidence: Evidence,
): Offence | null {
  const offence = offenceOf(evidence)
  const member = committee.members[evidence.votes[0].signer]
  if (offence === null || member === undefined) return null
  const holds = evidence.votes.every((vote) =>
    scheme.verify(
      member.publicKey,
      voteMessage(committee, vote.kind, vote.view, vote.digest),
      vote.signature,
    ),
  )
  return holds ? offence : null
}

export function encodeEvidence({ instance, votes }: Evidence): Uint8Array {
  const writer = writeInstance(new ByteWriter(), instance)
  for (const vote of votes) writeVote(writer, vote)
  return writer.finish()
}

/** Throws DecodeError. */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  return decodeExactly(bytes, (reader) => ({
    instance: readInstance(reader),
    votes: [readVote(reader), readVote(reader)],
  }))
}
