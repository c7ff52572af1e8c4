/** Takes the proposer's reveal into the chain's randomness. */

import { nextMix, REVEAL_BYTES, revealMessage } from '../election/seed'
import * as host from '../host'
import { beaconInstance } from '../primitives/ids'
import { BlockContext } from './context'

/** False, and nothing changes, unless `reveal` is the one valid reveal of the proposer for this view and parent. */
export function applyReveal(context: BlockContext, reveal: Uint8Array): bool {
  if (reveal.length != REVEAL_BYTES) return false
  const state = context.state
  const position = context.position
  const committee = context.committee(beaconInstance(context.epoch))
  if (committee === null || position.proposer >= committee.members.length) return false
  const proposer = committee.members[<i32>position.proposer]
  const message = revealMessage(context.identity, context.epoch, position.view, state.mix())
  if (!host.verify(proposer.publicKey, message, reveal)) return false
  state.setMix(nextMix(state.mix(), reveal))
  return true
}
