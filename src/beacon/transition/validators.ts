/** A validator's life: registered, active from the set after next but one, jailed and back, and gone. */

import type { Hex } from '../../primitives/bytes.ts'
import { verifyPossession } from '../../primitives/possession.ts'
import type { RegisterValidator, SetCommission } from '../action-types.ts'
import { MIN_VALIDATORS } from '../election/cap.ts'
import { isTooAbsent, newPresence } from '../staking/attendance.ts'
import {
  CANDIDATES_MAX,
  COMMISSION_BPS_MAX,
  COMMISSION_CHANGE_BPS_MAX,
  mayServe,
  type RegisteredValidator,
  register,
} from '../staking/validator.ts'
import { charge } from './balances.ts'
import type { BlockContext } from './context.ts'
import { accrue } from './stakes.ts'

/** In one block: each costs a pairing, whether the proof holds or not. */
const REGISTRATIONS_MAX = 16

export type ValidatorFault =
  | 'ALREADY_A_VALIDATOR'
  | 'KEY_TAKEN'
  | 'INVALID_PROOF_OF_POSSESSION'
  | 'BELOW_MINIMUM_STAKE'
  | 'COMMISSION_OUT_OF_BOUNDS'
  | 'TOO_MANY_VALIDATORS'
  | 'TOO_MANY_IN_BLOCK'
  | 'INSUFFICIENT_BALANCE'
  | 'NOT_A_VALIDATOR'
  | 'COMMISSION_CHANGED_LATELY'
  | 'LEAVING'
  | 'TOMBSTONED'
  | 'TOO_FEW_VALIDATORS'
  | 'NOT_JAILED'
  | 'JAILED_FOR_LONGER'

export function registerValidator(
  context: BlockContext,
  sender: Hex,
  action: RegisterValidator,
): ValidatorFault | null {
  const { state, epoch } = context
  const fault = checkRegistration(context, sender, action)
  if (fault !== null) return fault
  if (!charge(state, sender, action.stake)) return 'INSUFFICIENT_BALANCE'
  if (!isPossessed(context, sender, action)) return 'INVALID_PROOF_OF_POSSESSION'
  const { votePublicKey, networkKey, stake, commissionBps } = action
  const index = state.validatorCount()
  const validator = register({ account: sender, votePublicKey, networkKey, stake }, commissionBps, epoch)
  state.setValidatorCount(index + 1)
  addValidator(context.state, index, validator)
  state.setCandidates([...state.candidates(), index])
  context.emit({ type: 'validatorRegistered', validator: index, account: sender, stake })
  return null
}

/** Its entry, its own stake, and what nobody else may register any more. */
export function addValidator(
  state: BlockContext['state'],
  index: number,
  validator: RegisteredValidator,
): void {
  const { account, votePublicKey, networkKey, shares } = validator
  state.setValidator(index, validator)
  state.setValidatorOf(account, index)
  state.setTaken(votePublicKey, index)
  state.setTaken(networkKey, index)
  state.setDelegation(index, account, { shares, rewardIndex: 0n, moved: null })
}

export function setCommission(
  context: BlockContext,
  sender: Hex,
  { commissionBps }: SetCommission,
): ValidatorFault | null {
  const { state, epoch } = context
  const index = state.validatorOf(sender)
  if (index === null) return 'NOT_A_VALIDATOR'
  const { commissionBps: present, commissionChangedIn } = state.validator(index)!
  if (commissionChangedIn === epoch) return 'COMMISSION_CHANGED_LATELY'
  const change = Math.abs(commissionBps - present)
  if (commissionBps > COMMISSION_BPS_MAX || change > COMMISSION_CHANGE_BPS_MAX)
    return 'COMMISSION_OUT_OF_BOUNDS'
  // What was earned before is shared as it was agreed before.
  state.setValidator(index, { ...accrue(context, index), commissionBps, commissionChangedIn: epoch })
  context.emit({ type: 'commissionChanged', validator: index, commissionBps })
  return null
}

/** Granted when a set is frozen that leaves it out: see staking/churn.ts. */
export function exitValidator(context: BlockContext, sender: Hex): ValidatorFault | null {
  const { state, params, epoch } = context
  const index = state.validatorOf(sender)
  if (index === null) return 'NOT_A_VALIDATOR'
  const validator = state.validator(index)!
  if (validator.tombstonedIn !== null) return 'TOMBSTONED'
  if (validator.exitAskedIn !== null) return 'LEAVING'
  const staying = state.candidates().filter((candidate) => {
    const other = state.validator(candidate)!
    return candidate !== index && other.exitAskedIn === null && mayServe(other, params.minStake)
  })
  if (staying.length < MIN_VALIDATORS) return 'TOO_FEW_VALIDATORS'
  state.setValidator(index, { ...validator, exitAskedIn: epoch })
  context.emit({ type: 'exitAsked', validator: index, account: sender })
  return null
}

export function unjail(context: BlockContext, sender: Hex): ValidatorFault | null {
  const { state, params, epoch } = context
  const index = state.validatorOf(sender)
  if (index === null) return 'NOT_A_VALIDATOR'
  const validator = state.validator(index)!
  if (validator.tombstonedIn !== null) return 'TOMBSTONED'
  if (!validator.isJailed) return 'NOT_JAILED'
  if (epoch < validator.jailedIn! + params.jailEpochs) return 'JAILED_FOR_LONGER'
  if (validator.stake < params.minStake) return 'BELOW_MINIMUM_STAKE'
  state.setValidator(index, { ...validator, isJailed: false })
  forgetAbsence(context, index)
  context.emit({ type: 'unjailed', validator: index, account: sender })
  return null
}

/** Or it would be jailed again at once. */
function forgetAbsence({ state }: BlockContext, index: number): void {
  const attendance = state.attendance()
  const presences = attendance.presences.map((presence) =>
    presence.validator === index && isTooAbsent(presence)
      ? { ...newPresence(index), pending: presence.pending }
      : presence,
  )
  state.setAttendance({ ...attendance, presences })
}

/** Costs nothing to speak of, so it comes first. */
function checkRegistration(
  { state, params, registrations }: BlockContext,
  sender: Hex,
  action: RegisterValidator,
): ValidatorFault | null {
  const { votePublicKey, networkKey, stake, commissionBps } = action
  if (state.validatorOf(sender) !== null) return 'ALREADY_A_VALIDATOR'
  if (state.isTaken(votePublicKey) || state.isTaken(networkKey)) return 'KEY_TAKEN'
  if (stake < params.minStake) return 'BELOW_MINIMUM_STAKE'
  if (commissionBps > COMMISSION_BPS_MAX) return 'COMMISSION_OUT_OF_BOUNDS'
  if (state.candidates().length >= CANDIDATES_MAX) return 'TOO_MANY_VALIDATORS'
  return registrations >= REGISTRATIONS_MAX ? 'TOO_MANY_IN_BLOCK' : null
}

function isPossessed(context: BlockContext, sender: Hex, action: RegisterValidator): boolean {
  const { host, position } = context
  const { votePublicKey, proofOfPossession } = action
  context.registrations++
  const possession = { publicKey: votePublicKey, account: sender, chainId: position.network.chainId }
  return verifyPossession(host.signatures, possession, proofOfPossession)
}
