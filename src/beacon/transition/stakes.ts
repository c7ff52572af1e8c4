/**
 * A stake brought up to date, before it is changed or looked at: rewards since the last time are credited and paid, and what stake that moved here
 * has lost for its former validator's offences is taken off its owner's shares.
 */

import type { Hex } from '../../primitives/bytes.ts'
import type { Epoch } from '../../primitives/ids.ts'
import type { Delegation } from '../staking/delegation.ts'
import { afterSlashes, freeIn } from '../staking/liability.ts'
import { credit, earned } from '../staking/rewards.ts'
import type { RegisteredValidator } from '../staking/validator.ts'
import { pay } from './balances.ts'
import type { BlockContext } from './context.ts'

/** The validator with the rewards that it has earned so far. */
export function accrue({ state }: BlockContext, index: number): RegisteredValidator {
  const validator = state.validator(index)!
  const attendance = state.attendance()
  const pending = attendance.presences.find((presence) => presence.validator === index)?.pending ?? 0n
  if (pending === 0n) return validator
  const presences = attendance.presences.map((presence) =>
    presence.validator === index ? { ...presence, pending: 0n } : presence,
  )
  state.setAttendance({ ...attendance, presences })
  const credited = credit(validator, pending)
  state.setValidator(index, credited)
  return credited
}

/** What `account` holds with the validator, after its rewards were paid to it: in wei, they come along. */
export function settle(
  context: BlockContext,
  index: number,
  account: Hex,
): { readonly delegation: Delegation; readonly paid: bigint } {
  const { state } = context
  const validator = accrue(context, index)
  const held = upToDate(context, state.delegation(index, account))
  const paid = earned(held.shares, held.rewardIndex, validator.rewardIndex)
  const delegation = { ...held, rewardIndex: validator.rewardIndex }
  state.setDelegation(index, account, delegation)
  state.setValidator(index, { ...validator, unclaimedRewards: validator.unclaimedRewards - paid })
  pay(state, account, paid)
  return { delegation, paid }
}

/** It stays put while more may still be taken for what the validator has done. */
export function isFree(context: BlockContext, from: number, createdIn: Epoch): boolean {
  return context.epoch >= freeIn(createdIn, context.params) && !awaitsPenalty(context, from)
}

function awaitsPenalty({ state }: BlockContext, index: number): boolean {
  return state.convictions().some(({ validator, isSettled }) => validator === index && !isSettled)
}

function upToDate(context: BlockContext, delegation: Delegation): Delegation {
  if (delegation.moved === null) return delegation
  const { from, movedIn } = delegation.moved
  const left = afterSlashes(delegation, context.state.pastSlashes(from))
  return isFree(context, from, movedIn) ? { ...left, moved: null } : left
}
