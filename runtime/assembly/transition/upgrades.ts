/**
 * How validators come to have blocks executed by other code: one publishes it, part by part, and proposes it; the others approve. What more than two
 * thirds of the weight approve of is tried with the first block of the next epoch, by the nodes.
 */

import { Action } from '../action-types'
import { CODE_BYTES_MAX } from '../keys'
import { keccakHex } from '../primitives/hash'
import { NONE } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { entryOf, totalWeight } from '../staking/validator-set'
import { countParts, partLength } from '../upgrade/code-parts'
import { PublishedCode, UpgradeProposal } from '../upgrade/entries'
import { burn, charge } from './balances'
import { BlockContext } from './context'
import * as events from './events'

/** Of a proposal that isn't approved. */
const PROPOSAL_EPOCHS = 8
/** What stays in everybody's state costs a fee for every so many bytes. */
const BYTES_PER_FEE = 1024

export function publishCode(context: BlockContext, sender: string, action: Action): string | null {
  const state = context.state
  const code = action.code
  const data = action.data
  if (servingValidator(context, sender) == NONE) return 'NOT_A_VALIDATOR'
  if (action.codeBytes > CODE_BYTES_MAX || action.part >= countParts(action.codeBytes)) return 'INVALID_CODE_PART'
  if (data.length != partLength(action.codeBytes, action.part)) return 'INVALID_CODE_PART'
  const published = state.publishedCode(code)
  if (published !== null && published.isVerified) return 'CODE_COMPLETE'
  const fees = (data.length + BYTES_PER_FEE - 1) / BYTES_PER_FEE
  const fee = context.params.actionFee * U256.of(fees)
  if (!charge(state, sender, fee)) return 'INSUFFICIENT_BALANCE'
  burn(state, fee)
  // Whoever published another part, or said another length, is corrected by whoever has the code.
  if (published === null || published.bytes != action.codeBytes) {
    state.setPublishedCode(code, new PublishedCode(action.codeBytes, false))
  }
  state.setCodePart(code, action.part, data)
  return null
}

export function proposeRuntime(context: BlockContext, sender: string, code: string): string | null {
  const state = context.state
  const validator = servingValidator(context, sender)
  if (validator == NONE) return 'NOT_A_VALIDATOR'
  if (state.runtime() == code) return 'PRESENT_RUNTIME'
  if (state.proposal() !== null) return 'PROPOSAL_PENDING'
  const published = state.publishedCode(code)
  const whole = state.code(code)
  if (published === null || whole === null) return 'UNKNOWN_CODE'
  if (!published.isVerified) {
    if (whole.length != published.bytes || keccakHex(whole) != code) return 'CODE_MISMATCH'
    state.setPublishedCode(code, new PublishedCode(published.bytes, true))
  }
  state.setProposal(new UpgradeProposal(code, context.epoch, [validator], NONE))
  context.emit(events.runtimeProposed(code, validator))
  return null
}

export function approveRuntime(context: BlockContext, sender: string, code: string): string | null {
  const state = context.state
  const validator = servingValidator(context, sender)
  if (validator == NONE) return 'NOT_A_VALIDATOR'
  const proposal = state.proposal()
  if (proposal === null || proposal.code != code) return 'UNKNOWN_PROPOSAL'
  if (proposal.approvals.includes(validator)) return 'ALREADY_APPROVED'
  const approvals = proposal.approvals.concat([validator])
  state.setProposal(new UpgradeProposal(code, proposal.proposedIn, approvals, proposal.startsIn))
  context.emit(events.runtimeApproved(code, validator))
  return null
}

/** At an epoch's terminal block: by the weights of the next one, whose first block it will be. */
export function decideUpgrade(context: BlockContext): void {
  const state = context.state
  const proposal = state.proposal()
  if (proposal === null) return
  const code = proposal.code
  const next = context.epoch + 1
  const set = state.validatorSet(next)!
  let weight = U256.ZERO
  for (let i = 0; i < proposal.approvals.length; i++) {
    const entry = entryOf(set, proposal.approvals[i])
    if (entry !== null) weight = weight + entry.weight
  }
  if (U256.of(3) * weight > U256.of(2) * totalWeight(set)) {
    state.setProposal(new UpgradeProposal(code, proposal.proposedIn, proposal.approvals, next))
    context.emit(events.runtimeScheduled(code, next))
  } else if (next - proposal.proposedIn >= PROPOSAL_EPOCHS) {
    state.setProposal(null)
    context.emit(events.runtimeDropped(code))
  }
}

/** NONE if the account is no validator of this epoch. */
function servingValidator(context: BlockContext, account: string): i64 {
  const validator = context.state.validatorOf(account)
  if (validator == NONE) return NONE
  return entryOf(context.state.validatorSet(context.epoch)!, validator) === null ? NONE : validator
}
