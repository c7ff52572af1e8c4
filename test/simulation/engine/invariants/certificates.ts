/**
 * S6, by the simulation's own account of who signed what rather than by the production check: a certificate is genuine if its bitmap is
 * of a quorum, each seat in it has signed just that, and the aggregate holds.
 */

import type { Committee } from '../../../../src/consensus/committee.ts'
import { type Certificate, seatsOf, voteMessage } from '../../../../src/consensus/vote.ts'
import { bytesToLatin1 } from '../../../../src/primitives/bytes.ts'
import type { SignatureScheme, VoteSigner } from '../../../../src/primitives/signatures.ts'
import type { ReleasedVotes } from './released-votes.ts'

/** Notes whatever is signed with the committee's keys, released or not. */
export class SignatureRegistry {
  readonly #signers = new Map<string, Set<number>>()

  watch(seat: number, { publicKey, sign }: VoteSigner): VoteSigner {
    return {
      publicKey,
      sign: (message) => {
        const key = bytesToLatin1(message)
        const signers = this.#signers.get(key)
        if (signers === undefined) this.#signers.set(key, new Set([seat]))
        else signers.add(seat)
        return sign(message)
      },
    }
  }

  hasSigned(seat: number, message: Uint8Array): boolean {
    return this.#signers.get(bytesToLatin1(message))?.has(seat) ?? false
  }
}

export class CertificateChecks {
  readonly #committee: Committee
  readonly #scheme: SignatureScheme
  readonly #registry: SignatureRegistry
  readonly #votes: ReleasedVotes
  readonly #judged = new Map<string, boolean>()

  constructor(
    committee: Committee,
    scheme: SignatureScheme,
    registry: SignatureRegistry,
    votes: ReleasedVotes,
  ) {
    this.#committee = committee
    this.#scheme = scheme
    this.#registry = registry
    this.#votes = votes
  }

  /** Remembered, for the same certificate passes through many hands; `new` if it is genuine and was not met before. */
  judge(certificate: Certificate): 'new' | 'known' | 'forged' {
    const { kind, view, digest, bitmap, signature } = certificate
    const key = `${kind}${view}${digest}${bytesToLatin1(bitmap)}:${bytesToLatin1(signature)}`
    const known = this.#judged.get(key)
    if (known !== undefined) return known ? 'known' : 'forged'
    const isGenuine = this.#isGenuine(certificate)
    this.#judged.set(key, isGenuine)
    return isGenuine ? 'new' : 'forged'
  }

  /** Seats in the bitmap of a genuine certificate. */
  signersOf({ bitmap }: Certificate): readonly number[] {
    return seatsOf(bitmap, this.#committee.members.length)!
  }

  #isGenuine({ kind, view, digest, bitmap, signature }: Certificate): boolean {
    const seats = seatsOf(bitmap, this.#committee.members.length)
    if (seats === null) return false
    const weight = seats.reduce((sum, seat) => sum + this.#votes.weights[seat]!, 0)
    if (!this.#votes.isQuorum(weight)) return false
    const message = voteMessage(this.#committee, kind, view, digest)
    if (!seats.every((seat) => this.#registry.hasSigned(seat, message))) return false
    const keys = seats.map((seat) => this.#committee.members[seat]!.publicKey)
    return this.#scheme.verifyAggregate(keys, message, signature)
  }
}
