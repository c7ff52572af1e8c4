/**
 * When a vote arrives: it is counted, and a quorum of equal votes becomes a certificate. Votes are verified in aggregate only; if the
 * aggregate fails they are verified singly, the liars banned, and counting goes on.
 */

import type { Hex } from '../primitives/bytes.ts'
import { type View, view as viewNumber } from '../primitives/ids.ts'
import { storeCertificate } from './certificates.ts'
import { isQuorum } from './committee.ts'
import { accuse, ban, conflictOf, isAuthentic } from './evidence.ts'
import { decidedView, type Round, roundOf, VIEW_WINDOW } from './state.ts'
import { mayVote, persist, type Turn } from './turn.ts'
import { bitmapOf, type Certificate, type Vote, type VoteKind, voteMessage } from './vote.ts'

/** Signs a vote: its record is durable before it leaves (RULE P). The caller sends what is returned, as a vote or in a proposal. */
export function castVote(turn: Turn, kind: VoteKind, view: View, digest: Hex): Vote {
  const { state } = turn
  const { mine } = roundOf(state, view)
  if (kind === 'X') mine.X = true
  else mine[kind] = digest
  persist(turn, { type: 'vote', kind, view, digest })
  const vote = signVote(turn, kind, view, digest)
  countVote(turn, vote)
  return vote
}

/** Signs a vote that was cast, and so logged, before: a key and a message have one signature. */
export function signVote({ rules }: Turn, kind: VoteKind, view: View, digest: Hex): Vote {
  const message = voteMessage(rules.committee, kind, view, digest)
  return { kind, view, digest, signer: rules.seat, signature: rules.signer!.sign(message) }
}

/** The vote is by the seat that it names, as far as the transport can tell. */
export function countVote(turn: Turn, vote: Vote): void {
  const { state } = turn
  if (vote.view > state.view + VIEW_WINDOW) return
  if (vote.view <= decidedView(state)) {
    keepLateVote(turn, vote)
    return
  }
  if (state.banned.has(vote.signer)) return
  const round = roundOf(state, vote.view)
  const conflict = conflictOf(round, vote)
  if (conflict !== null) accuse(turn, conflict)
  if (conflict !== null || round.votes[vote.kind].has(vote.signer)) return
  round.votes[vote.kind].set(vote.signer, vote)
  state.silentViews.delete(vote.signer)
  if (round.certificates[vote.kind] === null && isWanted(turn, vote.kind)) assemble(turn, round, vote)
}

/** For what is decided: who counts voters wants to know of it; see signed-ancestor.ts. */
function keepLateVote({ state, rules }: Turn, vote: Vote): void {
  const isLate =
    vote.kind === 'F' && vote.view === decidedView(state) && vote.digest === state.decided?.digest
  if (!rules.countsVoters || !isLate || state.banned.has(vote.signer)) return
  const votes = state.rounds.get(vote.view)?.votes.F
  if (votes !== undefined && !votes.has(vote.signer)) votes.set(vote.signer, vote)
}

/** Each certificate costs a pairing. Who doesn't vote can wait for the F certificate; if there is none, the next proposal brings the N. */
function isWanted(turn: Turn, kind: VoteKind): boolean {
  return kind !== 'N' || mayVote(turn)
}

function assemble(turn: Turn, round: Round, { kind, view, digest }: Vote): void {
  for (;;) {
    const votes = [...round.votes[kind].values()].filter((vote) => vote.digest === digest)
    if (
      !isQuorum(
        turn.rules.committee,
        weightOf(
          turn,
          votes.map(({ signer }) => signer),
        ),
      )
    )
      return
    const certificate = aggregateVotes(turn, kind, view, digest, votes)
    if (certificate !== null) storeCertificate(turn, certificate)
    const liars = certificate === null ? votes.filter((vote) => !isAuthentic(turn, vote)) : []
    // An aggregate that fails over votes which all hold singly would be a fault of the scheme: stop rather than loop.
    if (liars.length === 0) return
    for (const { signer } of liars) ban(turn.state, signer)
  }
}

/** Null if the signatures don't add up to the certificate that they should. */
export function aggregateVotes(
  { rules }: Turn,
  kind: VoteKind,
  view: View,
  digest: Hex,
  votes: readonly Vote[],
): Certificate | null {
  const { committee, scheme } = rules
  const signature = scheme.aggregate(votes.map((vote) => vote.signature))
  if (signature === null) return null
  const keys = votes.map((vote) => committee.members[vote.signer]!.publicKey)
  if (!scheme.verifyAggregate(keys, voteMessage(committee, kind, view, digest), signature)) return null
  const bitmap = bitmapOf(
    votes.map((vote) => vote.signer),
    committee.members.length,
  )
  return { kind, view: viewNumber(view), digest, bitmap, signature }
}

export function weightOf({ rules }: Turn, seats: readonly number[]): bigint {
  return seats.reduce((sum, seat) => sum + rules.committee.members[seat]!.weight, 0n)
}
