/**
 * How validators come to have blocks executed by other code: one publishes it, part by part, and proposes it; the others approve. What more than two
 * thirds of the weight approve of is tried with the first block of the next epoch, by the nodes (src/beacon/upgrade/).
 */

import type { Hex } from '../../primitives/bytes.ts'
import { keccakHex } from '../../primitives/hash.ts'
import { epoch } from '../../primitives/ids.ts'
import type { PublishCode } from '../action-types.ts'
import { CODE_BYTES_MAX } from '../keys.ts'
import { entryOf, totalWeight } from '../staking/validator-set.ts'
import { countParts, partLength } from '../upgrade/code-parts.ts'
import { burn, charge } from './balances.ts'
import type { BlockContext } from './context.ts'

export type UpgradeFault =
  | 'NOT_A_VALIDATOR'
  | 'INSUFFICIENT_BALANCE'
  | 'INVALID_CODE_PART'
  | 'CODE_COMPLETE'
  | 'UNKNOWN_CODE'
  | 'CODE_MISMATCH'
  | 'PRESENT_RUNTIME'
  | 'PROPOSAL_PENDING'
  | 'UNKNOWN_PROPOSAL'
  | 'ALREADY_APPROVED'

/** Of a proposal that isn't approved. */
export const PROPOSAL_EPOCHS = 8
/** What stays in everybody's state costs a fee for every so many bytes. */
const BYTES_PER_FEE = 1024

export function publishCode(context: BlockContext, sender: Hex, action: PublishCode): UpgradeFault | null {
  const { state, params } = context
  const { code, codeBytes, part, data } = action
  if (servingValidator(context, sender) === null) return 'NOT_A_VALIDATOR'
  if (codeBytes > CODE_BYTES_MAX || part >= countParts(codeBytes)) return 'INVALID_CODE_PART'
  if (data.length !== partLength(codeBytes, part)) return 'INVALID_CODE_PART'
  const published = state.publishedCode(code)
  if (published?.isVerified) return 'CODE_COMPLETE'
  const fee = params.actionFee * BigInt(Math.ceil(data.length / BYTES_PER_FEE))
  if (!charge(state, sender, fee)) return 'INSUFFICIENT_BALANCE'
  burn(state, fee)
  // Whoever published another part, or said another length, is corrected by whoever has the code.
  if (published?.bytes !== codeBytes) state.setPublishedCode(code, { bytes: codeBytes, isVerified: false })
  state.setCodePart(code, part, data)
  return null
}

export function proposeRuntime(context: BlockContext, sender: Hex, code: Hex): UpgradeFault | null {
  const { state, epoch: proposedIn } = context
  const validator = servingValidator(context, sender)
  if (validator === null) return 'NOT_A_VALIDATOR'
  if (state.runtime() === code) return 'PRESENT_RUNTIME'
  if (state.proposal() !== null) return 'PROPOSAL_PENDING'
  const published = state.publishedCode(code)
  const whole = state.code(code)
  if (published === null || whole === null) return 'UNKNOWN_CODE'
  if (!published.isVerified) {
    if (whole.length !== published.bytes || keccakHex(whole) !== code) return 'CODE_MISMATCH'
    state.setPublishedCode(code, { ...published, isVerified: true })
  }
  state.setProposal({ code, proposedIn, approvals: [validator], startsIn: null })
  context.emit({ type: 'runtimeProposed', code, validator })
  return null
}

export function approveRuntime(context: BlockContext, sender: Hex, code: Hex): UpgradeFault | null {
  const { state } = context
  const validator = servingValidator(context, sender)
  if (validator === null) return 'NOT_A_VALIDATOR'
  const proposal = state.proposal()
  if (proposal === null || proposal.code !== code) return 'UNKNOWN_PROPOSAL'
  if (proposal.approvals.includes(validator)) return 'ALREADY_APPROVED'
  state.setProposal({ ...proposal, approvals: [...proposal.approvals, validator] })
  context.emit({ type: 'runtimeApproved', code, validator })
  return null
}

/** At an epoch's terminal block: by the weights of the next one, whose first block it will be. */
export function decideUpgrade(context: BlockContext): void {
  const { state } = context
  const proposal = state.proposal()
  if (proposal === null) return
  const { code } = proposal
  const next = epoch(context.epoch + 1)
  const set = state.validatorSet(next)!
  const weight = proposal.approvals.reduce((sum, one) => sum + (entryOf(set, one)?.weight ?? 0n), 0n)
  if (3n * weight > 2n * totalWeight(set)) {
    state.setProposal({ ...proposal, startsIn: next })
    context.emit({ type: 'runtimeScheduled', code, epoch: next })
  } else if (next - proposal.proposedIn >= PROPOSAL_EPOCHS) {
    state.setProposal(null)
    context.emit({ type: 'runtimeDropped', code })
  }
}

/** Null if the account is no validator of this epoch. */
function servingValidator({ state, epoch: current }: BlockContext, account: Hex): number | null {
  const validator = state.validatorOf(account)
  if (validator === null) return null
  return entryOf(state.validatorSet(current)!, validator) === null ? null : validator
}
