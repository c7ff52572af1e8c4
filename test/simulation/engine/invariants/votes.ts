/** S2 and S3, checked on every vote the moment it is released: by an honest seat, by a Byzantine one, or inside a certificate. */

import type { VoteKind } from '../../../../src/consensus/vote.ts'
import type { Breaches } from './breaches.ts'
import type { BareVote, ReleasedVotes } from './released-votes.ts'

export class VoteChecks {
  /** Views in which two certificates that exclude each other are possible. */
  readonly splitViews = new Set<number>()
  readonly #votes: ReleasedVotes
  readonly #isHonest: (seat: number) => boolean
  readonly #breaches: Breaches
  /** With a third of the weight Byzantine, S2 can't hold. */
  readonly #isOverloaded: boolean

  constructor(
    votes: ReleasedVotes,
    isHonest: (seat: number) => boolean,
    isOverloaded: boolean,
    breaches: Breaches,
  ) {
    this.#votes = votes
    this.#isHonest = isHonest
    this.#isOverloaded = isOverloaded
    this.#breaches = breaches
  }

  onReleased(vote: BareVote): void {
    if (!this.#votes.add(vote)) return
    if (this.#isHonest(vote.signer)) this.#checkS3(vote)
    this.#checkS2(vote.kind, vote.view)
  }

  #checkS3({ signer, view }: BareVote): void {
    const contradiction = this.#votes.contradiction(signer, view)
    if (contradiction !== null)
      this.#breaches.report('S3', `seat ${signer} signed ${contradiction} in view ${view}`)
  }

  #checkS2(kind: VoteKind, view: number): void {
    const [own, f] = [this.#votes.quorums(kind, view), this.#votes.quorums('F', view)]
    if (own.length === 0) return
    if (own.length > 1) this.#split(view, `two ${kind} certificates are possible in view ${view}`)
    if (f.length === 0) return
    const isNullified = this.#votes.quorums('X', view).length > 0
    if (isNullified) this.#split(view, `F and X certificates are possible in view ${view}`)
    const isNotarized = this.#votes.quorums('N', view).includes(f[0]!)
    if (!isNotarized) this.#split(view, `an F certificate is possible in view ${view}, but none of N`)
  }

  #split(view: number, why: string): void {
    this.splitViews.add(view)
    if (!this.#isOverloaded) this.#breaches.report('S2', why)
  }
}
