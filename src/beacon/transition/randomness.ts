/** Takes the proposer's reveal into the chain's randomness. */

import { beaconInstance } from '../../primitives/ids.ts'
import { nextMix, REVEAL_BYTES, revealMessage } from '../election/seed.ts'
import type { BlockContext } from './context.ts'

/** False, and nothing changes, unless `reveal` is the one valid reveal of the proposer for this view and parent. */
export function applyReveal(context: BlockContext, reveal: Uint8Array): boolean {
  const { host, position, state, epoch, identity } = context
  const proposer = context.committee(beaconInstance(epoch))?.members[position.proposer]
  if (proposer === undefined || reveal.length !== REVEAL_BYTES) return false
  const message = revealMessage(identity, epoch, position.view, state.mix())
  if (!host.signatures.verify(proposer.publicKey, message, reveal)) return false
  state.setMix(nextMix(state.mix(), reveal))
  return true
}
