/** Mixes what it should say with what holds nowhere: forged, underweight, foreign and stale certificates, others' votes, garbage. */

import { type Committee, createCommittee } from '../../../../src/consensus/committee.ts'
import { encodeMessage, type Message } from '../../../../src/consensus/message.ts'
import { bitmapOf, type Certificate, type VoteKind, voteMessage } from '../../../../src/consensus/vote.ts'
import type { Hex } from '../../../../src/primitives/bytes.ts'
import { keccak256, keccakHex, ZERO_HASH } from '../../../../src/primitives/hash.ts'
import { type View, view } from '../../../../src/primitives/ids.ts'
import { AGGREGATE_BYTES, VOTE_SIGNATURE_BYTES } from '../../../../src/primitives/signatures.ts'
import { INSTANCE, NETWORK } from '../../../consensus/fixtures.ts'
import type { Behaviour, Means } from './behaviour.ts'

/** Certificates kept to be sent again when they are old. */
const REMEMBERED_MAX = 50

export class Forger implements Behaviour {
  readonly #means: Means
  /** The same seats in the epoch before: all of them did sign there. */
  readonly #elsewhere: Committee
  readonly #tricks: readonly (() => Message | Uint8Array)[]
  #heard: Certificate[] = []
  #view = view(1)

  constructor(means: Means) {
    this.#means = means
    const before = { ...INSTANCE, epoch: (INSTANCE.epoch - 1) as typeof INSTANCE.epoch }
    this.#elsewhere = createCommittee(NETWORK, before, means.committee.members)
    const harmless = [() => this.#stale(), () => this.#spam()]
    const tricks = [
      () => this.#forged(),
      () => this.#underweight(),
      () => this.#foreign(),
      () => this.#inAnothersName(),
      () => keccak256(new Uint8Array([means.random.below(256)])),
    ]
    // Most get it muted by whoever receives them: a run has one of them, in the end.
    this.#tricks = [...harmless, means.random.pick(tricks)]
  }

  observe(message: Message): void {
    if (message.type === 'vote') this.#view = message.vote.view
    const heard = message.type === 'proposal' ? message.certificates : []
    for (const certificate of message.type === 'certificate' ? [message.certificate] : heard)
      if (this.#heard.length < REMEMBERED_MAX) this.#heard.push(certificate)
  }

  twist(_seat: number, bytes: Uint8Array): Uint8Array[] {
    const { random } = this.#means
    if (!random.chance(0.05)) return [bytes]
    const trick = random.pick(this.#tricks)()
    return [trick instanceof Uint8Array ? trick : encodeMessage(trick), bytes]
  }

  #forged(): Message {
    const { committee } = this.#means
    const signature = new Uint8Array(AGGREGATE_BYTES)
    signature.set(keccak256(new Uint8Array([this.#view & 255])))
    return this.#certificate(bitmapOf(committee.members.keys(), committee.members.length), () => signature)
  }

  /** Its own vote alone, but well signed. */
  #underweight(): Message {
    const { committee, seat, signer } = this.#means
    return this.#certificate(bitmapOf([seat], committee.members.length), (kind, at, digest) =>
      this.#means.aggregate([signer.sign(voteMessage(committee, kind, at, digest))]),
    )
  }

  /** A genuine quorum, but of another epoch. */
  #foreign(): Message {
    const { committee, signElsewhere } = this.#means
    const seats = committee.members.map((_, seat) => seat)
    return this.#certificate(bitmapOf(seats, seats.length), (kind, at, digest) => {
      const message = voteMessage(this.#elsewhere, kind, at, digest)
      return this.#means.aggregate(seats.map((seat) => signElsewhere(seat, message)))
    })
  }

  #stale(): Message {
    const { random } = this.#means
    if (this.#heard.length === 0) return this.#spam()
    return { type: 'certificate', certificate: random.pick(this.#heard) }
  }

  /** A vote for nothing, far ahead. */
  #spam(): Message {
    const { committee, random, seat, signer } = this.#means
    const at = view(this.#view + random.below(600))
    const digest = keccakHex(new Uint8Array([random.below(256)]))
    const signature = signer.sign(voteMessage(committee, 'N', at, digest))
    return { type: 'vote', vote: { kind: 'N', view: at, digest, signer: seat, signature } }
  }

  #inAnothersName(): Message {
    const { committee, random } = this.#means
    const signer = random.below(committee.members.length)
    const signature = new Uint8Array(VOTE_SIGNATURE_BYTES)
    return { type: 'vote', vote: { kind: 'X', view: this.#view, digest: ZERO_HASH, signer, signature } }
  }

  #certificate(bitmap: Uint8Array, sign: (kind: VoteKind, at: View, digest: Hex) => Uint8Array): Message {
    const { random } = this.#means
    const kind = random.pick(['N', 'X', 'F'] as const)
    const at = view(this.#view + random.below(3))
    const digest = kind === 'X' ? ZERO_HASH : keccakHex(new Uint8Array([at & 255]))
    return {
      type: 'certificate',
      certificate: { kind, view: at, digest, bitmap, signature: sign(kind, at, digest) },
    }
  }
}
