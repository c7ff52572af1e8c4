/** A Byzantine seat is an honest engine whose messages are twisted on their way out. It signs with its own key only. */

import type { Committee } from '../../../../src/consensus/committee.ts'
import type { Message } from '../../../../src/consensus/message.ts'
import type { SeededRandom } from '../../../../src/platform/simulated/random.ts'
import type { VoteSigner } from '../../../../src/primitives/signatures.ts'
import type { Style } from '../scenario.ts'
import { Chaos } from './chaos.ts'
import { Forger } from './forger.ts'
import { Hoarder } from './hoarder.ts'
import { Withholder } from './withholder.ts'

export interface Behaviour {
  /** Everything that reaches it. */
  observe(message: Message): void
  /** What the peer of a seat (-1: an observer) gets in place of an honest message: none, one or several. */
  twist(seat: number, bytes: Uint8Array): Uint8Array[]
}

export interface Means {
  readonly random: SeededRandom
  readonly committee: Committee
  readonly seat: number
  readonly signer: VoteSigner
  /** Signs as any seat for an instance that is none of this one's; there it may be right. */
  readonly signElsewhere: (seat: number, message: Uint8Array) => Uint8Array
  readonly aggregate: (signatures: readonly Uint8Array[]) => Uint8Array
}

/** Null: its messages go out as they are. */
export function behaviourOf(style: Style, means: Means): Behaviour | null {
  switch (style) {
    case 'chaos':
      return new Chaos(means)
    case 'forger':
      return new Forger(means)
    case 'hoarder':
      return new Hoarder(means)
    case 'withholder':
      return new Withholder(means)
    default:
      return null
  }
}
