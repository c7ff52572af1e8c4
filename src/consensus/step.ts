/**
 * Weighted Simplex as one deterministic function. An event enters; then the rules, each in its own file, are applied until none fires;
 * effects leave. The state is the host's, and is changed in place. No clock, timer, randomness, disk or socket: time comes with the
 * context, signatures are pure functions in it.
 *
 * Protocol: Chan and Pass, "Simplex Consensus", eprint 2023/463. Deviations: votes are weighted; F votes wait for execution; views that
 * a block skips are justified inside the block; a terminal block is proposed again until it is final; certificates are relayed.
 */

import { ZERO_HASH } from '../primitives/hash.ts'
import { onVerified, takeCertified } from './blocks.ts'
import { acceptCertificate } from './certificates.ts'
import { onChainResponse } from './chain-response.ts'
import { commit, onCommitted } from './commit.ts'
import { forgetSatisfied, nextRetry } from './fetch.ts'
import { finalize } from './finalize.ts'
import type { Message, PeerKey, VoteMessage } from './message.ts'
import { notarize } from './notarize.ts'
import { nullify } from './nullify.ts'
import { onProposal } from './proposals.ts'
import { onBuilt, propose } from './propose.ts'
import { resume } from './recovery.ts'
import { noteProgress, onNeed, onPeerConnected, relay } from './serve.ts'
import { type Peer, roundOf, type State } from './state.ts'
import { countVote } from './tally.ts'
import { type Context, type Effect, type Event, mute, type Turn } from './turn.ts'
import { leaveView, onClockSetBack, setDeadline } from './views.ts'

/** In this order; after one has fired all are tried again from the first, so later ones see a settled view. */
const RULES: readonly ((turn: Turn) => boolean)[] = [
  leaveView,
  commit,
  finalize,
  notarize,
  propose,
  nullify,
  relay,
]

export function step(state: State, event: Event, context: Context): Effect[] {
  const turn: Turn = { ...context, state, effects: [] }
  if (state.halted) return turn.effects
  if (turn.now < state.enteredAt) onClockSetBack(turn)
  apply(turn, event)
  while (isRunning(state) && RULES.some((rule) => isRunning(state) && rule(turn)));
  forgetSatisfied(turn)
  const at = nextWake(turn)
  if (at !== state.wakeAt) {
    state.wakeAt = at
    turn.effects.push({ type: 'wake', at })
  }
  return turn.effects
}

function apply(turn: Turn, event: Event): void {
  switch (event.type) {
    case 'start':
      resume(turn)
      break
    case 'wake':
      turn.state.wakeAt = Infinity
      break
    case 'message':
      onMessage(turn, event.from, event.message)
      break
    case 'garbage':
      mute(turn, event.from)
      break
    case 'peerConnected':
      onPeerConnected(turn, event.peer, event.seat)
      break
    case 'peerDisconnected':
      turn.state.peers.delete(event.peer)
      break
    case 'work':
      onWork(turn, event.since)
      break
    case 'built':
      onBuilt(turn, event.view, event.payload)
      break
    case 'verified':
      onVerified(turn, event.block, event.valid)
      break
    case 'committed':
      onCommitted(turn, event.height)
  }
}

/** From peers that the transport has announced, and that haven't sent what no honest node sends. */
function onMessage(turn: Turn, from: PeerKey, message: Message): void {
  const peer = turn.state.peers.get(from)
  if (peer === undefined || peer.muted) return
  switch (message.type) {
    case 'proposal':
      noteProgress(turn, from, peer, message.vote)
      if (!turn.state.finished) onProposal(turn, from, message)
      break
    case 'vote':
      onVote(turn, from, peer, message)
      break
    case 'certificate':
      acceptCertificate(turn, message.certificate, from)
      break
    case 'need':
      onNeed(turn, from, peer, message)
      break
    case 'block':
      takeCertified(turn, message.block)
      break
    case 'chainRequest':
      turn.effects.push({ type: 'serveChain', to: from, fromHeight: message.fromHeight, max: message.max })
      break
    case 'chainResponse':
      onChainResponse(turn, from, message)
  }
}

/**
 * A vote counts only if it comes from the peer that holds the signer's seat. Were relayed votes accepted, anyone could put an honest
 * seat's name on garbage, take its place in the tally, and have it banned; so votes travel one hop and certificates travel on.
 */
function onVote(turn: Turn, from: PeerKey, peer: Peer, { vote }: VoteMessage): void {
  if (vote.signer !== peer.seat || (vote.kind === 'X' && vote.digest !== ZERO_HASH)) return
  noteProgress(turn, from, peer, vote)
  if (!turn.state.finished) countVote(turn, vote)
}

/** Work brings a proposal, and the patience with it, forward. */
function onWork(turn: Turn, since: number | null): void {
  const { state } = turn
  if (state.workSince === since) return
  state.workSince = since
  const { mine } = roundOf(state, state.view)
  if (mine.N === null && !mine.X) setDeadline(turn)
}

function nextWake(turn: Turn): number {
  const { state } = turn
  if (!isRunning(state)) return Infinity
  return Math.min(state.deadline, state.relayAt, state.proposeAt, nextRetry(turn))
}

/** A finished instance neither votes nor waits. */
function isRunning(state: State): boolean {
  return !state.finished && !state.halted
}
