/** What peers get from us: certificates when they connect or fall behind (RULE R), and whatever they ask for. */

import { ZERO_HASH } from '../primitives/hash.ts'
import type { View } from '../primitives/ids.ts'
import { view as viewNumber } from '../primitives/ids.ts'
import type { Need, PeerKey } from './message.ts'
import { findParent } from './parent.ts'
import { proofs } from './propose.ts'
import { type Peer, type Round, roundOf } from './state.ts'
import { signVote } from './tally.ts'
import { mayVote, send, sendCertificate, type Turn } from './turn.ts'
import { VOTE_KINDS, type Vote, type VoteKind } from './vote.ts'

/** Connections of one instance; the transport's own limit should be lower. Further peers are not served. */
const PEERS_MAX = 1024
/** A new peer gets our votes of the last views only, each of which has to be signed again. */
const OWN_VOTE_VIEWS = 8
/** Blocks that a peer can make us send within one `retryMs`. */
const BODIES_MAX = 16

/** Votes and certificates sent before this peer was connected are lost to it: send what matters now. */
export function onPeerConnected(turn: Turn, key: PeerKey, seat: number): void {
  const { state } = turn
  if (!state.peers.has(key) && state.peers.size >= PEERS_MAX) return
  state.peers.set(key, {
    seat,
    view: viewNumber(0),
    helpAt: 0,
    bodies: 0,
    bodiesUntil: 0,
    muted: state.peers.get(key)?.muted ?? false,
  })
  sendPosition(turn, key)
  if (!mayVote(turn) || state.finished) return
  for (const round of state.rounds.values()) {
    if (round.view + OWN_VOTE_VIEWS > state.view) sendOwnVotes(turn, key, round)
  }
}

/** RULE R: a while after entering a view, pass its entry certificate to every seat not known to be there. */
export function relay(turn: Turn): boolean {
  const { state, now } = turn
  if (now < state.relayAt) return false
  state.relayAt = Infinity
  for (const [key, peer] of state.peers) {
    if (peer.seat >= 0 && peer.view < state.view && state.entry !== null)
      sendCertificate(turn, key, state.entry)
  }
  return false
}

/** A vote shows which view its signer had entered. One that gives up a view that we left is a call for help. */
export function noteProgress(turn: Turn, key: PeerKey, peer: Peer, vote: Vote): void {
  const entered = viewNumber(vote.kind === 'F' ? vote.view + 1 : vote.view)
  if (entered > peer.view) peer.view = entered
  if (turn.state.finished || (vote.kind === 'X' && vote.view < turn.state.view)) help(turn, key, peer)
}

/** A peer asks for a view's certificates, and perhaps for a block. */
export function onNeed(turn: Turn, key: PeerKey, peer: Peer, { view, digest }: Need): void {
  const { state } = turn
  const held = digest === null ? undefined : state.blocks.get(digest)
  if (held !== undefined && mayServeBody(turn, peer)) send(turn, key, { type: 'block', block: held.block })
  const round = state.rounds.get(view)
  for (const kind of VOTE_KINDS) {
    const certificate = round?.certificates[kind]
    if (certificate && certificate !== state.decided) sendCertificate(turn, key, certificate)
  }
  if (state.decided !== null && state.decided.view >= view) sendCertificate(turn, key, state.decided)
  // After the end nobody gets beyond the view that this one is in.
  if (view < state.view || state.finished) help(turn, key, peer)
}

/** At most once in `retryMs` for each peer. */
function help(turn: Turn, key: PeerKey, peer: Peer): void {
  if (turn.now < peer.helpAt) return
  peer.helpAt = turn.now + turn.rules.timing.retryMs
  sendPosition(turn, key)
}

function sendPosition(turn: Turn, key: PeerKey): void {
  const { entry, decided } = turn.state
  if (entry !== null) sendCertificate(turn, key, entry)
  if (decided !== null && decided !== entry) sendCertificate(turn, key, decided)
}

function sendOwnVotes(turn: Turn, key: PeerKey, { view, mine }: Round): void {
  if (mine.N !== null && !sendOwnProposal(turn, key, view)) sendVote(turn, key, 'N', view, mine.N)
  if (mine.X) sendVote(turn, key, 'X', view, ZERO_HASH)
  if (mine.F !== null) sendVote(turn, key, 'F', view, mine.F)
}

function sendVote(turn: Turn, key: PeerKey, kind: VoteKind, view: View, digest: Vote['digest']): void {
  send(turn, key, { type: 'vote', vote: signVote(turn, kind, view, digest) })
}

/** If we lead the current view and have proposed, the proposal is our N vote. */
function sendOwnProposal(turn: Turn, key: PeerKey, view: View): boolean {
  const { state, rules } = turn
  const { mine } = roundOf(state, view)
  if (view !== state.view || rules.leaders.leaderOf(view) !== rules.seat) return false
  const held = state.blocks.get(mine.N!)
  const parent = findParent(turn, view)
  if (held === undefined || 'missing' in parent) return false
  const certificates = proofs(
    turn,
    parent.certificate,
    held.block.header.view === view ? [] : parent.justification,
  )
  send(turn, key, {
    type: 'proposal',
    block: held.block,
    vote: signVote(turn, 'N', view, mine.N!),
    certificates,
  })
  return true
}

function mayServeBody({ now, rules }: Turn, peer: Peer): boolean {
  if (now >= peer.bodiesUntil) {
    peer.bodiesUntil = now + rules.timing.retryMs
    peer.bodies = 0
  }
  peer.bodies++
  return peer.bodies <= BODIES_MAX
}
