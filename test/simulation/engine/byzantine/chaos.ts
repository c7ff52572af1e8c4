/**
 * Equivocates as leader, with another block for each peer, votes for everything, proposes invalid blocks and stale parents, forges
 * certificates, keeps silent towards some.
 */

import { type Block, createBlock } from '../../../../src/consensus/block.ts'
import type { Committee } from '../../../../src/consensus/committee.ts'
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type Proposal,
} from '../../../../src/consensus/message.ts'
import {
  bitmapOf,
  type Certificate,
  type Vote,
  type VoteKind,
  voteMessage,
} from '../../../../src/consensus/vote.ts'
import type { SeededRandom } from '../../../../src/platform/simulated/random.ts'
import type { Hex } from '../../../../src/primitives/bytes.ts'
import { keccak256, keccakHex, ZERO_HASH } from '../../../../src/primitives/hash.ts'
import type { View } from '../../../../src/primitives/ids.ts'
import { VOTE_SIGNATURE_BYTES, type VoteSigner } from '../../../../src/primitives/signatures.ts'
import { childOf } from '../../../consensus/fixtures.ts'
import type { Behaviour, Means } from './behaviour.ts'

export class Chaos implements Behaviour {
  readonly #random: SeededRandom
  readonly #committee: Committee
  readonly #seat: number
  readonly #signer: VoteSigner
  #digests: Hex[] = []
  /** Notarized blocks that it has heard of, to build on although later ones follow. */
  readonly #blocks = new Map<Hex, Block>()
  #notarizations: Certificate[] = []

  constructor({ random, committee, seat, signer }: Means) {
    this.#random = random
    this.#committee = committee
    this.#seat = seat
    this.#signer = signer
  }

  observe(message: Message): void {
    if (message.type === 'proposal' || message.type === 'block')
      this.#blocks.set(message.block.digest, message.block)
    const heard = message.type === 'proposal' ? message.certificates : []
    for (const certificate of message.type === 'certificate' ? [message.certificate] : heard) {
      if (certificate.kind !== 'X') this.#notarizations = [...this.#notarizations.slice(-20), certificate]
    }
  }

  twist(_seat: number, bytes: Uint8Array): Uint8Array[] {
    const message = decodeMessage(bytes)
    const sent: Message[] = []
    if (this.#random.chance(0.7)) sent.push(message)
    if (message.type === 'proposal' && this.#random.chance(0.5)) sent.push(this.#otherProposal(message))
    if (message.type === 'proposal' && this.#random.chance(0.5)) sent.push(...this.#staleProposal(message))
    if (message.type === 'vote') sent.push(...this.#otherVotes(message.vote))
    if (message.type === 'block' && this.#random.chance(0.3)) sent.unshift(poisoned(message))
    if (this.#random.chance(0.002)) sent.push(this.#forgedCertificate(message))
    return sent.map(encodeMessage)
  }

  #otherProposal(proposal: Proposal): Proposal {
    const { block } = proposal
    const appBody = keccak256(block.appBody, new Uint8Array([this.#random.below(3)]))
    const stateRoot = this.#random.chance(0.5) ? keccakHex(appBody) : block.header.stateRoot
    const parentView = this.#random.chance(0.8)
      ? block.header.parentView
      : (Math.max(0, block.header.parentView - 1) as View)
    const header = { ...block.header, stateRoot, parentView }
    const other = createBlock({ ...block, appBody, header })
    this.#digests = [block.digest, other.digest]
    return { ...proposal, block: other, vote: this.#vote('N', proposal.vote.view, other.digest) }
  }

  /** A valid block on an older notarized one; it lacks the nullifications of the views that it skips. */
  #staleProposal(proposal: Proposal): Proposal[] {
    const { view } = proposal.vote
    const usable = this.#notarizations.filter((known) => known.view < view && this.#blocks.has(known.digest))
    if (usable.length === 0 || proposal.block.header.view !== view) return []
    const certificate = this.#random.pick(usable)
    const parent = this.#blocks.get(certificate.digest)!
    if (parent.header.view !== certificate.view) return []
    const isHonestAboutIt = this.#random.chance(0.2)
    const fields = {
      view,
      parentView: certificate.view,
      proposer: this.#seat,
      time: proposal.block.header.time,
    }
    const justification = isHonestAboutIt ? proposal.block.justification : []
    const block = childOf(parent, { ...fields, justification })
    return [{ ...proposal, block, vote: this.#vote('N', view, block.digest), certificates: [certificate] }]
  }

  #otherVotes({ view, digest }: Vote): Message[] {
    const votes: Vote[] = []
    for (const kind of ['N', 'F'] as const) {
      for (const of of [digest, ...this.#digests])
        if (this.#random.chance(0.1)) votes.push(this.#vote(kind, view, of))
    }
    if (this.#random.chance(0.2)) votes.push(this.#vote('X', view, ZERO_HASH))
    if (this.#random.chance(0.003))
      votes.push({ ...this.#vote('X', view, ZERO_HASH), signature: new Uint8Array(VOTE_SIGNATURE_BYTES) })
    return votes.map((vote) => ({ type: 'vote', vote }))
  }

  #forgedCertificate(message: Message): Message {
    const view = message.type === 'vote' ? message.vote.view : (1 as View)
    const size = this.#committee.members.length
    const bitmap = bitmapOf(
      Array.from({ length: size }, (_, seat) => seat),
      size,
    )
    const signature = keccakBytes(this.#random.below(1e9))
    return {
      type: 'certificate',
      certificate: { kind: this.#random.pick(['N', 'X', 'F']), view, digest: ZERO_HASH, bitmap, signature },
    }
  }

  #vote(kind: VoteKind, view: View, digest: Hex): Vote {
    const signature = this.#signer.sign(voteMessage(this.#committee, kind, view, digest))
    return { kind, view, digest, signer: this.#seat, signature }
  }
}

/** Another body under the same header, and so the same digest: only executing it tells. */
function poisoned(message: Extract<Message, { type: 'block' }>): Message {
  return { type: 'block', block: { ...message.block, appBody: new Uint8Array([1, 2, 3]) } }
}

function keccakBytes(salt: number): Uint8Array {
  const bytes = new Uint8Array(96)
  bytes.set(keccak256(new Uint8Array([salt & 255, (salt >> 8) & 255])))
  return bytes
}
