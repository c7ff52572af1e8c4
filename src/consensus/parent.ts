/** Which block the next one has to build on: the way back from a view to the last notarized block, over nullified views only. */

import type { Hex } from '../primitives/bytes.ts'
import { ZERO_HASH } from '../primitives/hash.ts'
import { type View, view } from '../primitives/ids.ts'
import { type Block, JUSTIFICATION_MAX } from './block.ts'
import { decidedView, notarization } from './state.ts'
import type { Turn } from './turn.ts'
import type { Certificate } from './vote.ts'

export interface Parent {
  readonly block: Block
  readonly view: View
  /** N or F; null for the instance's genesis. */
  readonly certificate: Certificate | null
  /** The X certificates of every view between, ascending. */
  readonly justification: readonly Certificate[]
}

/** Something on the way back that isn't held: any certificate of a view, or a certified block. */
export interface Missing {
  readonly missing: { readonly view: View; readonly digest: Hex | null }
}

/** The parent for a block of view `below`. The decided block ends the search, so the way is at most the views since it. */
export function findParent(turn: Turn, below: View): Parent | Missing {
  const { state } = turn
  const justification: Certificate[] = []
  for (let at = below - 1; at > decidedView(state); at--) {
    const round = state.rounds.get(view(at))
    const certificate = notarization(round)
    const held = certificate === null ? undefined : state.blocks.get(certificate.digest)
    if (held)
      return { block: held.block, view: view(at), certificate, justification: justification.reverse() }
    const nullification = round?.certificates.X ?? null
    if (nullification === null || justification.length === JUSTIFICATION_MAX) {
      return { missing: { view: view(at), digest: certificate?.digest ?? null } }
    }
    justification.push(nullification)
  }
  return decidedParent(turn, justification.reverse())
}

/**
 * The digest that a block has to name if it says that its parent is of view `at`. Null if that isn't known here yet; the zero hash,
 * which no block has, if nothing may build on that view any more.
 */
export function parentDigest(turn: Turn, at: View): Hex | null {
  const { state, rules } = turn
  if (at < decidedView(state)) return ZERO_HASH
  if (at === 0) return rules.genesis.digest
  return notarization(state.rounds.get(at))?.digest ?? null
}

function decidedParent(turn: Turn, justification: readonly Certificate[]): Parent | Missing {
  const { decided, blocks } = turn.state
  if (decided === null) {
    return { block: turn.rules.genesis, view: view(0), certificate: null, justification }
  }
  const held = blocks.get(decided.digest)
  if (held === undefined) return { missing: { view: decided.view, digest: decided.digest } }
  return { block: held.block, view: decided.view, certificate: decided, justification }
}
