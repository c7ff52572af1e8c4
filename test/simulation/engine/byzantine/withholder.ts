/** As leader gives its block to so few that they are just a quorum, and hands the body to nobody once they have voted. */

import { isQuorum } from '../../../../src/consensus/committee.ts'
import { decodeMessage } from '../../../../src/consensus/message.ts'
import type { Behaviour, Means } from './behaviour.ts'

export class Withholder implements Behaviour {
  readonly #means: Means

  constructor(means: Means) {
    this.#means = means
  }

  observe(): void {}

  twist(seat: number, bytes: Uint8Array): Uint8Array[] {
    const message = decodeMessage(bytes)
    if (message.type === 'block' || message.type === 'chainResponse') return []
    if (message.type !== 'proposal') return [bytes]
    return this.#chosenIn(message.vote.view).has(seat) ? [bytes] : []
  }

  /** Itself and, beginning at another place in each view, the next ones. */
  #chosenIn(view: number): Set<number> {
    const { committee, seat } = this.#means
    const size = committee.members.length
    const chosen = new Set([seat])
    let weight = committee.members[seat]!.weight
    for (let step = 0; !isQuorum(committee, weight); step++) {
      const next = (view + step) % size
      if (next === seat) continue
      chosen.add(next)
      weight += committee.members[next]!.weight
    }
    return chosen
  }
}
