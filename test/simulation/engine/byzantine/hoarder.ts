/**
 * Completes quorums at one node only: the votes of a view go to one other seat, and no certificate is passed on. Whoever waits for the
 * last vote learns of the quorum from that node alone.
 */

import { decodeMessage } from '../../../../src/consensus/message.ts'
import type { Behaviour, Means } from './behaviour.ts'

export class Hoarder implements Behaviour {
  readonly #means: Means

  constructor(means: Means) {
    this.#means = means
  }

  observe(): void {}

  twist(seat: number, bytes: Uint8Array): Uint8Array[] {
    const message = decodeMessage(bytes)
    if (message.type === 'certificate' || message.type === 'chainResponse') return []
    if (message.type !== 'vote') return [bytes]
    return seat === this.#chosenIn(message.vote.view) ? [bytes] : []
  }

  #chosenIn(view: number): number {
    const { committee, seat } = this.#means
    const size = committee.members.length
    return (seat + 1 + (view % (size - 1))) % size
  }
}
