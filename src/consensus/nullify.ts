/**
 * RULE X: give a view up at its deadline, unless we voted to finalize its block. From then on, and for nodes that don't vote, repeat
 * every `retryMs` what could get us, or others, out of the view.
 */

import { ZERO_HASH } from '../primitives/hash.ts'
import { need } from './fetch.ts'
import { decidedView, roundOf } from './state.ts'
import { castVote, signVote } from './tally.ts'
import { mayVote, send, sendCertificate, type Turn } from './turn.ts'

export function nullify(turn: Turn): boolean {
  const { state, rules, now } = turn
  if (now < state.deadline) return false
  state.deadline = now + rules.timing.retryMs
  const { mine } = roundOf(state, state.view)
  if (!mayVote(turn) || mine.F !== null) {
    need(turn, state.view, null)
    return false
  }
  if (mine.X) {
    repeat(turn)
    return false
  }
  send(turn, 'seats', { type: 'vote', vote: castVote(turn, 'X', state.view, ZERO_HASH) })
  tellFinality(turn)
  return true
}

function repeat(turn: Turn): void {
  const { view, entry, decided } = turn.state
  send(turn, 'seats', { type: 'vote', vote: signVote(turn, 'X', view, ZERO_HASH) })
  if (entry !== null) sendCertificate(turn, 'all', entry)
  if (decided !== null && decided !== entry) sendCertificate(turn, 'all', decided)
}

/** Finality must not wait for an honest leader: push the best F certificate if it is newer than the last one pushed. */
function tellFinality(turn: Turn): void {
  const { state } = turn
  if (state.decided === null || decidedView(state) <= state.finalityTold) return
  state.finalityTold = decidedView(state)
  sendCertificate(turn, 'all', state.decided)
}
