/**
 * RULE F: vote to finalize a notarized block once we hold it, have executed it, and its record is durable with the vote; never after an
 * X vote of that view, never against our own N vote. It may come after we left the view, if execution took longer than the quorum.
 */

import { isExecuted, logBlock } from './blocks.ts'
import { closedView } from './committee.ts'
import { need } from './fetch.ts'
import { decidedView, type Round } from './state.ts'
import { castVote } from './tally.ts'
import { mayVote, send, type Turn } from './turn.ts'

export function finalize(turn: Turn): boolean {
  let fired = false
  for (const round of turn.state.rounds.values()) {
    if (isOpen(turn, round) && finalizeRound(turn, round)) fired = true
  }
  return fired
}

/** Neither decided nor of a fork that is over. */
function isOpen({ state, rules }: Turn, { view }: Round): boolean {
  return view > decidedView(state) && view > closedView(rules.committee)
}

/** Nodes that don't vote execute notarized blocks all the same, so that they can commit at once. */
function finalizeRound(turn: Turn, round: Round): boolean {
  const { state } = turn
  const { mine } = round
  const digest = round.certificates.N?.digest
  if (digest === undefined) return false
  const held = state.blocks.get(digest)
  if (held === undefined) {
    if (state.chainFetch === null) need(turn, round.view, digest)
    return false
  }
  if (!isExecuted(turn, digest) || !mayVote(turn)) return false
  if (mine.X || mine.F !== null || (mine.N !== null && mine.N !== digest)) return false
  logBlock(turn, held)
  send(turn, 'seats', { type: 'vote', vote: castVote(turn, 'F', round.view, digest) })
  return true
}
