/**
 * Who signed a block that is final already: for chains that reward or count their voters. A quorum's first votes make a certificate, the others
 * come a little later; a leader who builds on that block has them too by then.
 */

import type { SignedAncestor } from './application.ts'
import { ban, isAuthentic } from './evidence.ts'
import { aggregateVotes, weightOf } from './tally.ts'
import type { Turn } from './turn.ts'
import { type Certificate, seatsOf } from './vote.ts'

/** The newest final block that is here, with the votes of all that are known to have signed it; null if there is none yet. */
export function findSignedAncestor(turn: Turn): SignedAncestor | null {
  const { state, rules } = turn
  const { decided } = state
  const block = decided === null ? undefined : state.blocks.get(decided.digest)?.block
  if (!rules.countsVoters || decided === null || block === undefined) return null
  return { height: block.header.height, certificate: withLateVotes(turn, decided) }
}

/** At most one more pairing, unless somebody's vote is forged. */
function withLateVotes(turn: Turn, certificate: Certificate): Certificate {
  const { kind, view, digest, bitmap } = certificate
  const kept = [...(turn.state.rounds.get(view)?.votes.F.values() ?? [])]
  const votes = kept.filter((vote) => vote.digest === digest)
  const seats = seatsOf(bitmap, turn.rules.committee.members.length)!
  if (
    weightOf(
      turn,
      votes.map(({ signer }) => signer),
    ) <= weightOf(turn, seats)
  )
    return certificate
  const all = aggregateVotes(turn, kind, view, digest, votes)
  if (all !== null) return all
  for (const vote of votes) if (!isAuthentic(turn, vote)) ban(turn.state, vote.signer)
  return certificate
}
