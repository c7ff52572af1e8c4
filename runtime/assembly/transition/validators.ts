/** A validator's life: registered, active from the set after next but one, jailed and back, and gone. */

import { Action } from '../action-types'
import { MIN_VALIDATORS } from '../election/cap'
import { NONE } from '../primitives/ids'
import { verifyPossession } from '../primitives/possession'
import { U256 } from '../primitives/uint'
import { Attendance, isTooAbsent, Presence } from '../staking/attendance'
import { Delegation } from '../staking/delegation'
import {
  CANDIDATES_MAX,
  COMMISSION_BPS_MAX,
  COMMISSION_CHANGE_BPS_MAX,
  mayServe,
  RegisteredValidator,
} from '../staking/validator'
import { charge } from './balances'
import { BlockContext } from './context'
import * as events from './events'
import { accrue } from './stakes'

/** In one block: each costs a pairing, whether the proof holds or not. */
const REGISTRATIONS_MAX = 16

export function registerValidator(context: BlockContext, sender: string, action: Action): string | null {
  const state = context.state
  const fault = checkRegistration(context, sender, action)
  if (fault !== null) return fault
  if (!charge(state, sender, action.stake)) return 'INSUFFICIENT_BALANCE'
  if (!isPossessed(context, sender, action)) return 'INVALID_PROOF_OF_POSSESSION'
  const index = state.validatorCount()
  state.setValidatorCount(index + 1)
  const validator = new RegisteredValidator(
    sender,
    action.votePublicKey,
    action.networkKey,
    action.stake,
    action.commissionBps,
    context.epoch,
  )
  state.setValidator(index, validator)
  state.setValidatorOf(sender, index)
  state.setTaken(action.votePublicKey, index)
  state.setTaken(action.networkKey, index)
  state.setDelegation(index, sender, new Delegation(validator.shares, U256.ZERO, null))
  const candidates = state.candidates()
  candidates.push(index)
  state.setCandidates(candidates)
  context.emit(events.validatorRegistered(index, sender, action.stake))
  return null
}

export function setCommission(context: BlockContext, sender: string, action: Action): string | null {
  const state = context.state
  const index = state.validatorOf(sender)
  if (index == NONE) return 'NOT_A_VALIDATOR'
  const present = state.validator(index)!
  if (present.commissionChangedIn == context.epoch) return 'COMMISSION_CHANGED_LATELY'
  const change = abs(action.commissionBps - present.commissionBps)
  if (action.commissionBps > COMMISSION_BPS_MAX || change > COMMISSION_CHANGE_BPS_MAX) {
    return 'COMMISSION_OUT_OF_BOUNDS'
  }
  // What was earned before is shared as it was agreed before.
  const changed = accrue(context, index).clone()
  changed.commissionBps = action.commissionBps
  changed.commissionChangedIn = context.epoch
  state.setValidator(index, changed)
  context.emit(events.commissionChanged(index, action.commissionBps))
  return null
}

/** Granted when a set is frozen that leaves it out: see staking/churn.ts. */
export function exitValidator(context: BlockContext, sender: string): string | null {
  const state = context.state
  const index = state.validatorOf(sender)
  if (index == NONE) return 'NOT_A_VALIDATOR'
  const validator = state.validator(index)!
  if (validator.tombstonedIn != NONE) return 'TOMBSTONED'
  if (validator.exitAskedIn != NONE) return 'LEAVING'
  const candidates = state.candidates()
  let staying = 0
  for (let i = 0; i < candidates.length; i++) {
    const other = state.validator(candidates[i])!
    const isStaying = candidates[i] != index && other.exitAskedIn == NONE
    if (isStaying && mayServe(other, context.params.minStake)) staying++
  }
  if (staying < MIN_VALIDATORS) return 'TOO_FEW_VALIDATORS'
  const leaving = validator.clone()
  leaving.exitAskedIn = context.epoch
  state.setValidator(index, leaving)
  context.emit(events.exitAsked(index, sender))
  return null
}

export function unjail(context: BlockContext, sender: string): string | null {
  const state = context.state
  const params = context.params
  const index = state.validatorOf(sender)
  if (index == NONE) return 'NOT_A_VALIDATOR'
  const validator = state.validator(index)!
  if (validator.tombstonedIn != NONE) return 'TOMBSTONED'
  if (!validator.isJailed) return 'NOT_JAILED'
  if (context.epoch < validator.jailedIn + params.jailEpochs) return 'JAILED_FOR_LONGER'
  if (validator.stake < params.minStake) return 'BELOW_MINIMUM_STAKE'
  const back = validator.clone()
  back.isJailed = false
  state.setValidator(index, back)
  forgetAbsence(context, index)
  context.emit(events.unjailed(index, sender))
  return null
}

/** Or it would be jailed again at once. */
function forgetAbsence(context: BlockContext, index: i64): void {
  const attendance = context.state.attendance()
  const presences: Presence[] = []
  for (let i = 0; i < attendance.presences.length; i++) {
    const presence = attendance.presences[i]
    const isForgotten = presence.validator == index && isTooAbsent(presence)
    presences.push(isForgotten ? new Presence(index).withPending(presence.pending) : presence)
  }
  context.state.setAttendance(new Attendance(attendance.countedUpTo, presences))
}

/** Costs nothing to speak of, so it comes first. */
function checkRegistration(context: BlockContext, sender: string, action: Action): string | null {
  const state = context.state
  if (state.validatorOf(sender) != NONE) return 'ALREADY_A_VALIDATOR'
  if (state.isTaken(action.votePublicKey) || state.isTaken(action.networkKey)) return 'KEY_TAKEN'
  if (action.stake < context.params.minStake) return 'BELOW_MINIMUM_STAKE'
  if (action.commissionBps > COMMISSION_BPS_MAX) return 'COMMISSION_OUT_OF_BOUNDS'
  if (state.candidates().length >= CANDIDATES_MAX) return 'TOO_MANY_VALIDATORS'
  return context.registrations >= REGISTRATIONS_MAX ? 'TOO_MANY_IN_BLOCK' : null
}

function isPossessed(context: BlockContext, sender: string, action: Action): bool {
  context.registrations++
  const chainId = context.position.network.chainId
  return verifyPossession(action.votePublicKey, sender, chainId, action.proofOfPossession)
}
