/**
 * Every vote that a machine has let out of its hands or has durable in its log, whether it arrived or not, in all instances of all chains: S2 and
 * S3. Enter: what is logged, and what is sent.
 */

import type { Committee } from '../../../src/consensus/committee.ts'
import { decodeMessage } from '../../../src/consensus/message.ts'
import { decodeWalRecord } from '../../../src/consensus/wal.ts'
import { decodeEnvelope } from '../../../src/network/envelope.ts'
import { type Instance, instanceKey } from '../../../src/primitives/ids.ts'
import type { Breaches } from '../engine/invariants/breaches.ts'
import { type BareVote, ReleasedVotes } from '../engine/invariants/released-votes.ts'

type SignedVote = Omit<BareVote, 'signer'>

interface InstanceVotes {
  readonly instance: Instance
  readonly sent: Map<string, BareVote>
  /** Whose seat it is follows from the committee, which may not be known yet. */
  readonly logged: (SignedVote & { readonly machine: number })[]
}

export class NetworkVotes {
  readonly #isHonest: (machine: number) => boolean
  readonly #breaches: Breaches
  readonly #instances = new Map<string, InstanceVotes>()
  /** By machine, instance and view: the digest it signed for, by kind. */
  readonly #own = new Map<string, Map<string, string>>()
  #last: Uint8Array | null = null

  constructor(isHonest: (machine: number) => boolean, breaches: Breaches) {
    this.#isHonest = isHonest
    this.#breaches = breaches
  }

  /** What is durable in the log of a machine is as good as said: it may have been sent, and will be again. */
  logged(machine: number, instance: Instance, record: Uint8Array): void {
    const decoded = decodeWalRecord(record)
    if (decoded.type !== 'vote') return
    if (this.#isHonest(machine)) this.#checkS3(machine, instance, decoded)
    this.#votesOf(instance).logged.push({ machine, ...decoded })
  }

  /** What an equivocator says it has in no log. What goes to several peers is looked at once. */
  sent(machine: number, bytes: Uint8Array): void {
    if (bytes === this.#last) return
    this.#last = bytes
    const { channel, payload } = decodeEnvelope(bytes)
    if (channel.kind !== 'consensus') return
    const message = decodeMessage(payload)
    if (message.type !== 'vote' && message.type !== 'proposal') return
    this.#add(channel.instance, message.vote)
    if (this.#isHonest(machine)) this.#checkS3(machine, channel.instance, message.vote)
  }

  /** What any collection of the released votes could prove. Instances without a known committee haven't begun. */
  checkS2(committeeOf: (instance: Instance) => Committee | null): void {
    for (const [key, { instance, sent, logged }] of this.#instances) {
      const committee = committeeOf(instance)
      if (committee === null) continue
      const seats = new Map(committee.members.map(({ validator }, seat) => [validator, seat]))
      const votes = [
        ...sent.values(),
        ...logged.map((vote) => ({ ...vote, signer: seats.get(vote.machine)! })),
      ]
      const released = new ReleasedVotes(committee)
      for (const vote of votes) released.add(vote)
      for (const view of new Set(votes.map((vote) => vote.view))) {
        const [n, x, f] = (['N', 'X', 'F'] as const).map((kind) => released.quorums(kind, view))
        const isSound =
          n!.length <= 1 &&
          f!.length <= 1 &&
          !(f!.length > 0 && x!.length > 0) &&
          (f!.length === 0 || f![0] === n![0])
        if (!isSound)
          this.#breaches.report(
            'S2',
            `view ${view} of ${key} can have ${n!.length} N, ${x!.length} X, ${f!.length} F`,
          )
      }
    }
  }

  #add(instance: Instance, { kind, view, digest, signer }: BareVote): void {
    this.#votesOf(instance).sent.set(`${kind} ${view} ${digest} ${signer}`, { kind, view, digest, signer })
  }

  #votesOf(instance: Instance): InstanceVotes {
    const key = instanceKey(instance)
    const known = this.#instances.get(key) ?? { instance, sent: new Map(), logged: [] }
    this.#instances.set(key, known)
    return known
  }

  #checkS3(machine: number, instance: Instance, { kind, view, digest }: SignedVote): void {
    const key = `${machine} ${instanceKey(instance)} ${view}`
    const own = this.#own.get(key) ?? new Map<string, string>()
    this.#own.set(key, own)
    const before = own.get(kind)
    own.set(kind, digest)
    const [n, x, f] = ['N', 'X', 'F'].map((one) => own.get(one))
    const offence =
      before !== undefined && before !== digest
        ? kind + kind
        : x !== undefined && f !== undefined
          ? 'XF'
          : n !== undefined && f !== undefined && n !== f
            ? 'FN'
            : null
    if (offence !== null)
      this.#breaches.report(
        'S3',
        `validator ${machine} signed ${offence} in view ${view} of ${instanceKey(instance)}`,
      )
  }
}
