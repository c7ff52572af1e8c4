/**
 * Entering a view: a certificate of any kind of view v lets a node into v + 1. Sets when the view is given up: once the leader's
 * proposal is overdue, at once if that leader has been silent in its own views, later if this node has voted.
 */

import { type View, view as viewNumber } from '../primitives/ids.ts'
import { findParent } from './parent.ts'
import { forgetOldVotes } from './prune.ts'
import { isCertified, roundOf } from './state.ts'
import { SILENT_VIEWS_MAX } from './timing.ts'
import { endsInstance, mayVote, type Turn } from './turn.ts'
import type { Certificate } from './vote.ts'

/** Rule: leave the view that a certificate has closed. */
export function leaveView(turn: Turn): boolean {
  const { state } = turn
  const { exit } = state
  if (exit === null || exit.view < state.view) return false
  state.exit = null
  noteFailure(turn, exit)
  dropProposal(turn)
  enterView(turn, viewNumber(exit.view + 1), exit)
  return true
}

export function enterView(turn: Turn, view: View, entry: Certificate | null): void {
  const { state, now } = turn
  state.view = view
  state.entry = entry
  state.enteredAt = now
  state.proposeAt = Infinity
  state.relayAt = Math.min(state.relayAt, now + turn.rules.timing.relayMs)
  state.building = null
  forgetOldVotes(state)
  setDeadline(turn)
}

/** The clock was set back: times noted before are too far away, and the view begins anew. */
export function onClockSetBack(turn: Turn): void {
  const { state, now } = turn
  state.enteredAt = now
  state.relayAt = Math.min(state.relayAt, now + turn.rules.timing.relayMs)
  for (const open of state.needs.values()) open.retryAt = now
  if (state.chainFetch !== null) state.chainFetch = { ...state.chainFetch, retryAt: now }
  for (const peer of state.peers.values()) {
    peer.helpAt = now
    peer.bodiesUntil = now
  }
  setDeadline(turn)
}

/** Called on entering a view, on voting in it, and whenever what the proposal waits for has changed. */
export function setDeadline(turn: Turn): void {
  const { state, rules, now } = turn
  const { mine, proposalRefused } = roundOf(state, state.view)
  const patience = Math.min(rules.timing.backoffMax, 1.5 ** state.failures)
  const due = proposalDue(turn)
  if (mine.X) state.deadline = now
  else if (mine.N !== null) state.deadline = Math.min(due, now) + patience * rules.timing.advanceMs
  else if (proposalRefused || isLeaderSilent(turn)) state.deadline = now
  else state.deadline = due + patience * rules.timing.leaderMs
}

/** When the leader is to propose: at the parent's heartbeat, or as soon as there is work if the chain is instant. */
export function proposalDue(turn: Turn): number {
  const { state, rules, chainTime } = turn
  const parent = findParent(turn, state.view)
  const block = 'missing' in parent ? null : parent.block
  if (block !== null && endsInstance(rules, block)) return state.enteredAt
  // Were the parent's proposer's clock ahead of ours, or ours set back since, to wait for that time would be to wait for nothing.
  const time = Math.min(state.enteredAt, (block?.header.time ?? Infinity) - chainTime.aheadMs)
  const earliest = time + rules.pacing.minBlockMs
  if (!rules.pacing.instant) return Math.max(state.enteredAt, earliest)
  const work = Math.max(earliest, state.workSince ?? Infinity)
  return Math.max(state.enteredAt, Math.min(time + rules.pacing.heartbeatMs, work))
}

/** Backoff counts views that failed against our waiting; a silent leader's views are skipped without any. */
function noteFailure(turn: Turn, exit: Certificate): void {
  const { state, rules } = turn
  if (exit.kind !== 'X') {
    state.failures = 0
    return
  }
  if (exit.view !== state.view) return
  if (!isLeaderSilent(turn)) state.failures++
  const leader = rules.leaders.leaderOf(state.view)
  const { votes } = roundOf(state, state.view)
  if (votes.N.has(leader) || votes.X.has(leader) || votes.F.has(leader)) return
  state.silentViews.set(leader, (state.silentViews.get(leader) ?? 0) + 1)
}

function isLeaderSilent({ state, rules }: Turn): boolean {
  const leader = rules.leaders.leaderOf(state.view)
  return leader !== rules.seat && (state.silentViews.get(leader) ?? 0) >= SILENT_VIEWS_MAX
}

/** The block proposed in the view being left is of no use unless we voted for it or it got certified. */
function dropProposal(turn: Turn): void {
  const { state } = turn
  const round = roundOf(state, state.view)
  const held = round.proposal === null ? undefined : state.blocks.get(round.proposal)
  if (held === undefined || held.logged || isCertified(state, held.block)) return
  if (mayVote(turn) && round.mine.N === held.block.digest) return
  if (held.block.header.view === state.view) state.blocks.delete(held.block.digest)
}
