/** When a leader's proposal arrives: its certificates may carry us into its view; there the first block proposed is the one we judge. */

import type { View } from '../primitives/ids.ts'
import type { Block } from './block.ts'
import { holdBlock, takeCertified } from './blocks.ts'
import { acceptCertificate } from './certificates.ts'
import { matchesPayloadRoot } from './inspect.ts'
import type { PeerKey, Proposal } from './message.ts'
import { decidedView, isCertified, roundOf, VIEW_WINDOW } from './state.ts'
import { countVote } from './tally.ts'
import { endsInstance, type Turn } from './turn.ts'
import { leaveView } from './views.ts'

export function onProposal(turn: Turn, from: PeerKey, proposal: Proposal): void {
  const { state } = turn
  const { block, vote } = proposal
  if (vote.view <= decidedView(state)) {
    // The votes of others were here first.
    takeCertified(turn, block)
    return
  }
  if (!isByLeader(turn, from, proposal) || !matchesPayloadRoot(block)) return
  for (const certificate of [...proposal.certificates, ...block.justification]) {
    if (!acceptCertificate(turn, certificate, from)) return
  }
  leaveView(turn)
  const { view } = vote
  if (view === state.view && roundOf(state, view).proposal === null && holdBlock(turn, block)) {
    roundOf(state, view).proposal = block.digest
    if (view === block.header.view) observeProposed(turn, block)
  } else if (isCertified(state, block)) holdBlock(turn, block)
  countVote(turn, vote)
}

/** Only views within the window are looked up in the leader schedule. */
function isByLeader(turn: Turn, from: PeerKey, { block, vote }: Proposal): boolean {
  const { state, rules } = turn
  if (vote.kind !== 'N' || vote.digest !== block.digest || !isOpen(turn, vote.view)) return false
  if (state.peers.get(from)?.seat !== vote.signer || state.banned.has(vote.signer)) return false
  if (rules.leaders.leaderOf(vote.view) !== vote.signer) return false
  return block.header.view === vote.view || (block.header.view < vote.view && endsInstance(rules, block))
}

/**
 * A laggard's window begins at its own view, but an honest leader's proposal may be any number of views ahead of it: it still serves,
 * through its certificates, once those have been relayed.
 */
function isOpen({ state }: Turn, view: View): boolean {
  return view <= state.view + VIEW_WINDOW
}

function observeProposed(turn: Turn, block: Block): void {
  turn.effects.push({
    type: 'milestone',
    milestone: { rung: 'proposed', block, at: turn.now, certificate: null },
  })
}
