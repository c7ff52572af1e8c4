/** Proof that a seat signed two votes that contradict each other. */

import type { Round, State } from './state.ts'
import type { Evidence, Turn } from './turn.ts'
import { type Vote, voteMessage } from './vote.ts'

/** What `vote` together with the votes seen before would prove, or null. Notarizing and then nullifying a view is legal. */
export function conflictOf(round: Round, vote: Vote): Evidence | null {
  const before = {
    N: round.votes.N.get(vote.signer),
    X: round.votes.X.get(vote.signer),
    F: round.votes.F.get(vote.signer),
  }
  const { kind, digest } = vote
  if (kind === 'N' && before.N && before.N.digest !== digest)
    return { kind: 'NN', first: before.N, second: vote }
  if (kind === 'F' && before.F && before.F.digest !== digest)
    return { kind: 'FF', first: before.F, second: vote }
  if (kind === 'F' && before.X) return { kind: 'XF', first: before.X, second: vote }
  if (kind === 'X' && before.F) return { kind: 'XF', first: vote, second: before.F }
  if (kind === 'F' && before.N && before.N.digest !== digest)
    return { kind: 'FN', first: vote, second: before.N }
  if (kind === 'N' && before.F && before.F.digest !== digest)
    return { kind: 'FN', first: before.F, second: vote }
  return null
}

/** Reports a conflict if both signatures hold, once for each seat and kind; a seat whose signature doesn't hold is banned. */
export function accuse(turn: Turn, evidence: Evidence): void {
  const { state } = turn
  const { signer } = evidence.first
  const key = `${signer}:${evidence.kind}`
  if (state.accused.has(key)) return
  if (isAuthentic(turn, evidence.first) && isAuthentic(turn, evidence.second)) {
    state.accused.add(key)
    turn.effects.push({ type: 'evidence', evidence })
  } else ban(state, signer)
}

/** Costs a pairing: votes are otherwise checked in aggregate only. */
export function isAuthentic({ rules }: Turn, vote: Vote): boolean {
  const message = voteMessage(rules.committee, vote.kind, vote.view, vote.digest)
  return rules.scheme.verify(rules.committee.members[vote.signer]!.publicKey, message, vote.signature)
}

/** Votes come straight from their signer's authenticated peer, so a bad signature is the seat's own doing. */
export function ban(state: State, seat: number): void {
  state.banned.add(seat)
  for (const round of state.rounds.values()) {
    for (const votes of Object.values(round.votes)) votes.delete(seat)
  }
}
