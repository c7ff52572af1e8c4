/**
 * All votes of a run that left their signer, or are durable there and so may leave at any time, whether or not anybody assembled them. A
 * quorum among them is a certificate that somebody could have.
 */

import type { Committee } from '../../../../src/consensus/committee.ts'
import { VOTE_KINDS, type Vote, type VoteKind } from '../../../../src/consensus/vote.ts'
import type { Hex } from '../../../../src/primitives/bytes.ts'

export type BareVote = Omit<Vote, 'signature'>

interface Support {
  readonly seats: Set<number>
  weight: number
}

type Round = Readonly<Record<VoteKind, Map<Hex, Support>>>

export class ReleasedVotes {
  readonly weights: readonly number[]
  readonly total: number
  readonly #rounds = new Map<number, Round>()

  constructor({ members }: Committee) {
    this.weights = members.map(({ weight }) => Number(weight))
    this.total = this.weights.reduce((sum, weight) => sum + weight, 0)
  }

  /** Whether it is new. */
  add({ kind, view, digest, signer }: BareVote): boolean {
    const round = this.#roundOf(view)
    const support = round[kind].get(digest) ?? { seats: new Set(), weight: 0 }
    if (support.seats.has(signer)) return false
    round[kind].set(digest, support)
    support.seats.add(signer)
    support.weight += this.weights[signer]!
    return true
  }

  /** The digests that a quorum of the view has voted for. */
  quorums(kind: VoteKind, view: number): Hex[] {
    const supported = [...(this.#rounds.get(view)?.[kind] ?? [])]
    return supported.filter(([, { weight }]) => this.isQuorum(weight)).map(([digest]) => digest)
  }

  /** What a seat has voted for in a view. */
  digestsOf(signer: number, kind: VoteKind, view: number): Hex[] {
    const supported = [...(this.#rounds.get(view)?.[kind] ?? [])]
    return supported.filter(([, { seats }]) => seats.has(signer)).map(([digest]) => digest)
  }

  isQuorum(weight: number): boolean {
    return 3 * weight > 2 * this.total
  }

  /** Seats that signed two votes of a view which no honest node signs both of. */
  guilty(): Set<number> {
    const guilty = new Set<number>()
    for (const [view, round] of this.#rounds) {
      const seats = new Set(
        VOTE_KINDS.flatMap((kind) => [...round[kind].values()].flatMap((at) => [...at.seats])),
      )
      for (const seat of seats) if (this.contradiction(seat, view) !== null) guilty.add(seat)
    }
    return guilty
  }

  /** NN, FF, XF or FN if the seat has signed such a pair in the view. */
  contradiction(seat: number, view: number): string | null {
    const [n, x, f] = (['N', 'X', 'F'] as const).map((kind) => this.digestsOf(seat, kind, view))
    if (n!.length > 1) return 'NN'
    if (f!.length > 1) return 'FF'
    if (x!.length > 0 && f!.length > 0) return 'XF'
    return n!.length > 0 && f!.length > 0 && n![0] !== f![0] ? 'FN' : null
  }

  #roundOf(view: number): Round {
    const known = this.#rounds.get(view)
    if (known !== undefined) return known
    const round: Round = { N: new Map(), X: new Map(), F: new Map() }
    this.#rounds.set(view, round)
    return round
  }
}
