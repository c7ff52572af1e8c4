/** Forgetting what no rule will look at again, so that memory follows the undecided part of the chain only. */

import type { Hex } from '../primitives/bytes.ts'
import { decidedView, isCertified, type Round, type State } from './state.ts'
import { VOTE_KINDS } from './vote.ts'

/** F certificates kept between the committed and the decided block, as anchors for committing while we catch up. */
const ANCHORS_MAX = 256
/** Committed blocks kept in memory for peers that are a little late; older ones are served from the application's store. */
const RECENT_BLOCKS = 8
/** Views behind ours whose votes are kept, for evidence and late certificates. */
const VOTED_VIEWS = 64
/** Blocks of views this far back that no certificate is known for. */
const UNCERTIFIED_VIEWS = 64

/** Of rounds before the decided one only F certificates above the committed block are kept, the earliest ones. */
export function pruneRounds(state: State): void {
  const anchors: Round[] = []
  for (const round of state.rounds.values()) {
    if (round.view >= decidedView(state)) continue
    if (round.certificates.F !== null && round.view > state.final.view) anchors.push(round)
    else state.rounds.delete(round.view)
  }
  anchors.sort((a, b) => a.view - b.view)
  for (const round of anchors.slice(ANCHORS_MAX)) state.rounds.delete(round.view)
}

/** Votes of views left long ago: with finality stalled there may be many such views, of which only the certificates are needed. */
export function forgetOldVotes(state: State): void {
  for (const { view, votes } of state.rounds.values()) {
    if (view + VOTED_VIEWS >= state.view) continue
    for (const kind of VOTE_KINDS) votes[kind].clear()
  }
}

/** Once commits are durable: drops what is below them, and what was proposed beside them. */
export function pruneBlocks(state: State): void {
  const kept = recentDigests(state)
  for (const [digest, { block }] of state.blocks) {
    if (kept.has(digest)) continue
    const { height, view } = block.header
    const beside = height > state.final.block.header.height && view <= state.final.view
    const stale =
      view + UNCERTIFIED_VIEWS < state.view && !isCertified(state, block) && view > state.final.view
    if (height <= state.durableHeight || beside || stale) state.blocks.delete(digest)
  }
  for (const [digest, header] of state.ancestry) {
    if (header.height <= state.final.block.header.height) state.ancestry.delete(digest)
  }
}

/** The committed block and its nearest ancestors. */
function recentDigests(state: State): Set<Hex> {
  const recent = new Set<Hex>()
  for (let digest = state.final.block.digest; recent.size < RECENT_BLOCKS; ) {
    const held = state.blocks.get(digest)
    if (held === undefined) break
    recent.add(digest)
    digest = held.block.header.parent
  }
  return recent
}
