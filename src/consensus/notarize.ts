/**
 * RULE N: vote to notarize the view's block once its parent is notarized, every view between is nullified, and we have executed it
 * ourselves. One N vote a view, none after an X vote.
 */

import type { Hex } from '../primitives/bytes.ts'
import { view as viewNumber } from '../primitives/ids.ts'
import type { Block } from './block.ts'
import { isExecuted, logBlock, refuseBlock } from './blocks.ts'
import { need } from './fetch.ts'
import { parentDigest } from './parent.ts'
import { decidedView, notarization, roundOf } from './state.ts'
import { castVote } from './tally.ts'
import { TIME_AHEAD_MAX_MS } from './timing.ts'
import { mayVote, send, type Turn } from './turn.ts'
import { setDeadline } from './views.ts'

export function notarize(turn: Turn): boolean {
  const { state } = turn
  const round = state.rounds.get(state.view)
  if (round === undefined || !mayVote(turn)) return false
  if (round.proposal === null || round.proposalRefused || round.mine.N !== null || round.mine.X) return false
  const held = state.blocks.get(round.proposal)
  if (held === undefined) return false
  const isNew = held.block.header.view === state.view
  const verdict = isNew ? judgeNew(turn, held.block) : judgeRepeated(turn, held.block.digest)
  if (verdict === 'refused') refuse(turn, held.block)
  if (verdict !== 'allowed' || !isExecuted(turn, held.block.digest)) return false
  logBlock(turn, held)
  send(turn, 'seats', { type: 'vote', vote: castVote(turn, 'N', state.view, held.block.digest) })
  setDeadline(turn)
  return true
}

type Verdict = 'allowed' | 'refused' | 'waiting'

/** The justification is part of the block and is verified along with it. */
function judgeNew(turn: Turn, { header }: Block): Verdict {
  const parent = parentDigest(turn, header.parentView)
  if (parent === null) {
    need(turn, header.parentView, null)
    return 'waiting'
  }
  if (parent !== header.parent) return 'refused'
  const held = turn.state.blocks.get(parent)
  if (held === undefined) {
    need(turn, header.parentView, parent)
    return 'waiting'
  }
  return isTooEarly(turn, header.time, held.block.header.time) ? 'refused' : 'allowed'
}

/** A block may always bear its parent's time: a quorum has taken that for good, whatever our clock has been set to since. */
function isTooEarly({ now, chainTime }: Turn, time: number, parentTime: number): boolean {
  return time > Math.max(parentTime, now + chainTime.acceptedMs + TIME_AHEAD_MAX_MS)
}

/** A terminal block proposed again: notarized before, and every view since then nullified. */
function judgeRepeated(turn: Turn, digest: Hex): Verdict {
  const { state } = turn
  for (let at = state.view - 1; at >= decidedView(state); at--) {
    const round = state.rounds.get(viewNumber(at))
    if (notarization(round)?.digest === digest) return 'allowed'
    if (round?.certificates.X) continue
    need(turn, viewNumber(at), null)
    return 'waiting'
  }
  return 'refused'
}

/** Refused by the rules rather than for its content: the block may be good, its proposal isn't. */
function refuse(turn: Turn, block: Block): void {
  const { state } = turn
  roundOf(state, state.view).proposalRefused = true
  state.deadline = turn.now
  if (block.header.view === state.view) refuseBlock(turn, block)
}
