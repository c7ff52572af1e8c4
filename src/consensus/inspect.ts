/** What makes a block valid besides its execution. The answer is the same for everyone and for ever; the clock is not asked. */

import { equalBytes } from '../primitives/bytes.ts'
import { type View, view } from '../primitives/ids.ts'
import { type Block, payloadRoot } from './block.ts'
import type { State } from './state.ts'
import { endsInstance, type Turn, viewOf } from './turn.ts'
import { type Certificate, verifyCertificate } from './vote.ts'

/** Why a block can't follow `parent`. */
export type BlockFault =
  | 'instance'
  | 'parent'
  | 'height'
  | 'time'
  | 'proposer'
  | 'afterTerminal'
  | 'payloadRoot'
  | 'justification'

/** Null if nothing is wrong. Verifies each certificate of the justification that isn't one of ours: a pairing each. */
export function inspectBlock(turn: Turn, block: Block, parent: Block): BlockFault | null {
  const { header } = block
  const { rules } = turn
  if (!isOfInstance(turn, block)) return 'instance'
  if (header.parent !== parent.digest || header.parentView !== viewOf(rules, parent)) return 'parent'
  if (header.height !== parent.header.height + 1) return 'height'
  if (header.time < parent.header.time) return 'time'
  if (header.proposer !== rules.leaders.leaderOf(header.view)) return 'proposer'
  if (endsInstance(rules, parent)) return 'afterTerminal'
  if (!matchesPayloadRoot(block)) return 'payloadRoot'
  return isJustified(turn, block) ? null : 'justification'
}

/** Whether the application's header and the justification are those that the digest commits to. */
export function matchesPayloadRoot(block: Block): boolean {
  return payloadRoot(block.appHeader, block.justification) === block.header.payloadRoot
}

function isOfInstance({ rules }: Turn, { header }: Block): boolean {
  const { rollup, epoch, sub } = rules.committee.instance
  const { instance } = header
  return instance.rollup === rollup && instance.epoch === epoch && instance.sub === sub
}

/** The block carries exactly one good X certificate for each view that it skips. */
function isJustified(turn: Turn, { header, justification }: Block): boolean {
  if (justification.length !== header.view - header.parentView - 1) return false
  return justification.every((certificate, index) =>
    nullifies(turn, certificate, view(header.parentView + 1 + index)),
  )
}

function nullifies(turn: Turn, certificate: Certificate, skipped: View): boolean {
  if (certificate.kind !== 'X' || certificate.view !== skipped) return false
  return (
    isHeld(turn.state, certificate) || verifyCertificate(turn.rules.committee, turn.rules.scheme, certificate)
  )
}

function isHeld(state: State, { view: at, bitmap, digest, signature }: Certificate): boolean {
  const held = state.rounds.get(at)?.certificates.X
  if (!held || held.digest !== digest) return false
  return equalBytes(held.bitmap, bitmap) && equalBytes(held.signature, signature)
}
