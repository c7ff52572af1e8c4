/** A stake brought up to date, before it is changed or looked at. */

import { U256 } from '../primitives/uint'
import { Attendance, Presence } from '../staking/attendance'
import { Delegation } from '../staking/delegation'
import { afterSlashes, freeIn } from '../staking/liability'
import { credit, earned } from '../staking/rewards'
import { RegisteredValidator } from '../staking/validator'
import { pay } from './balances'
import { BlockContext } from './context'

/** The validator with the rewards that it has earned so far. */
export function accrue(context: BlockContext, index: i64): RegisteredValidator {
  const state = context.state
  const validator = state.validator(index)!
  const attendance = state.attendance()
  let pending = U256.ZERO
  const presences: Presence[] = []
  for (let i = 0; i < attendance.presences.length; i++) {
    const presence = attendance.presences[i]
    const isIts = presence.validator == index
    if (isIts) pending = presence.pending
    presences.push(isIts ? presence.withPending(U256.ZERO) : presence)
  }
  if (pending.isZero) return validator
  state.setAttendance(new Attendance(attendance.countedUpTo, presences))
  const credited = credit(validator, pending)
  state.setValidator(index, credited)
  return credited
}

export class Settled {
  constructor(
    readonly delegation: Delegation,
    /** In wei. */
    readonly paid: U256,
  ) {}
}

/** What `account` holds with the validator, after its rewards were paid to it. */
export function settle(context: BlockContext, index: i64, account: string): Settled {
  const state = context.state
  const validator = accrue(context, index)
  const held = upToDate(context, state.delegation(index, account))
  const paid = earned(held.shares, held.rewardIndex, validator.rewardIndex)
  const delegation = new Delegation(held.shares, validator.rewardIndex, held.moved)
  state.setDelegation(index, account, delegation)
  const changed = validator.clone()
  changed.unclaimedRewards = validator.unclaimedRewards - paid
  state.setValidator(index, changed)
  pay(state, account, paid)
  return new Settled(delegation, paid)
}

/** It stays put while more may still be taken for what the validator has done. */
export function isFree(context: BlockContext, from: i64, createdIn: i64): bool {
  return context.epoch >= freeIn(createdIn, context.params) && !awaitsPenalty(context, from)
}

function awaitsPenalty(context: BlockContext, index: i64): bool {
  const convictions = context.state.convictions()
  for (let i = 0; i < convictions.length; i++) {
    if (convictions[i].validator == index && !convictions[i].isSettled) return true
  }
  return false
}

function upToDate(context: BlockContext, delegation: Delegation): Delegation {
  const moved = delegation.moved
  if (moved === null) return delegation
  const left = afterSlashes(delegation, context.state.pastSlashes(moved.from))
  const isOver = isFree(context, moved.from, moved.movedIn)
  return isOver ? new Delegation(left.shares, left.rewardIndex, null) : left
}
