/** What accounts do with stakes: put them with a validator, take them out, move them to another one, and claim what they have earned. */

import { Action, ALL_TOKENS } from '../action-types'
import { NONE } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { Delegation, MovedPool, MovedStake, Unbonding, UNBONDINGS_MAX } from '../staking/delegation'
import { NO_SHARES, sharesFor, sharesWorth, StakePool, tokensFor } from '../staking/stake-pool'
import { poolOf, RegisteredValidator, withPool } from '../staking/validator'
import { charge, pay } from './balances'
import { BlockContext } from './context'
import * as events from './events'
import { isFree, settle } from './stakes'

export function delegate(context: BlockContext, sender: string, action: Action): string | null {
  const index = action.validator
  const amount = action.amount
  const fault = checkAccepting(context, index, amount)
  if (fault !== null) return fault
  const issued = sharesFor(poolOf(context.state.validator(index)!), amount)
  if (issued == NO_SHARES) return 'NOTHING_TO_STAKE'
  if (!charge(context.state, sender, amount)) return 'INSUFFICIENT_BALANCE'
  const delegation = settle(context, index, sender).delegation
  deposit(context, index, sender, delegation, amount, issued)
  context.emit(events.delegated(index, sender, amount))
  return null
}

export function undelegate(context: BlockContext, sender: string, action: Action): string | null {
  const state = context.state
  const epoch = context.epoch
  const index = action.validator
  const taken = withdraw(context, index, sender, action.amount)
  const tokens = taken.tokens
  if (taken.fault !== null) return taken.fault
  const unbondings = state.unbondings(index, sender)
  const pool = state.unbondingPool(index, epoch)
  let shares = sharesFor(pool, tokens)
  // The withdrawal is undone with the whole action: see applyAction.
  if (shares == NO_SHARES) return 'NOTHING_TO_STAKE'
  state.setUnbondingPool(index, epoch, pool.plus(tokens, shares))
  const last = unbondings.length - 1
  if (last >= 0 && unbondings[last].createdIn == epoch) {
    shares = shares + unbondings[last].shares
    unbondings.pop()
  } else if (unbondings.length == UNBONDINGS_MAX) {
    return 'TOO_MANY_UNBONDINGS'
  }
  unbondings.push(new Unbonding(epoch, shares))
  state.setUnbondings(index, sender, unbondings)
  context.emit(events.undelegated(index, sender, tokens))
  return null
}

export function redelegate(context: BlockContext, sender: string, action: Action): string | null {
  const state = context.state
  const from = action.validator
  const to = action.toValidator
  if (from == to) return 'SAME_VALIDATOR'
  const fault = checkAccepting(context, to, action.amount)
  if (fault !== null) return fault
  const taken = withdraw(context, from, sender, action.amount)
  if (taken.fault !== null) return taken.fault
  const delegation = settle(context, to, sender).delegation
  if (delegation.moved !== null) return 'MOVED_LATELY'
  const shares = sharesFor(poolOf(state.validator(to)!), taken.tokens)
  if (shares == NO_SHARES) return 'NOTHING_TO_STAKE'
  const moved = new MovedStake(from, context.epoch, shares, state.pastSlashes(from).length)
  const held = new Delegation(delegation.shares, delegation.rewardIndex, moved)
  deposit(context, to, sender, held, taken.tokens, shares)
  rememberMove(context, from, to, shares)
  context.emit(events.redelegated(from, to, sender, taken.tokens))
  return null
}

export function claim(context: BlockContext, sender: string, action: Action): string | null {
  const index = action.validator
  if (context.state.validator(index) === null) return 'UNKNOWN_VALIDATOR'
  const paid = settle(context, index, sender).paid
  const rewards = paid + claimCommission(context, index, sender)
  const released = release(context, index, sender)
  if ((rewards + released).isZero) return 'NOTHING_TO_CLAIM'
  context.emit(events.claimed(index, sender, rewards, released))
  return null
}

function checkAccepting(context: BlockContext, index: i64, amount: U256): string | null {
  const validator = context.state.validator(index)
  if (validator === null) return 'UNKNOWN_VALIDATOR'
  if (validator.exitAskedIn != NONE || isOver(validator)) return 'NOT_ACCEPTING_STAKE'
  return amount.isZero ? 'NOTHING_TO_STAKE' : null
}

function deposit(
  context: BlockContext,
  index: i64,
  account: string,
  delegation: Delegation,
  tokens: U256,
  shares: U256,
): void {
  const state = context.state
  const validator = state.validator(index)!
  state.setValidator(index, withPool(validator, poolOf(validator).plus(tokens, shares)))
  const held = new Delegation(delegation.shares + shares, delegation.rewardIndex, delegation.moved)
  state.setDelegation(index, account, held)
}

class Withdrawal {
  constructor(
    readonly fault: string | null,
    readonly tokens: U256,
  ) {}

  static refused(fault: string): Withdrawal {
    return new Withdrawal(fault, U256.ZERO)
  }
}

/** Takes tokens, and the shares that they are worth, from the validator and the account: nobody has them then. */
function withdraw(context: BlockContext, index: i64, account: string, amount: U256): Withdrawal {
  const state = context.state
  if (state.validator(index) === null) return Withdrawal.refused('UNKNOWN_VALIDATOR')
  if (amount.isZero) return Withdrawal.refused('NOTHING_TO_STAKE')
  const delegation = settle(context, index, account).delegation
  const validator = state.validator(index)!
  const pool = poolOf(validator)
  const shares = amount == ALL_TOKENS ? delegation.shares : sharesWorth(pool, amount)
  if (shares.isZero || shares > delegation.shares) return Withdrawal.refused('INSUFFICIENT_STAKE')
  const left = delegation.shares - shares
  const moved = delegation.moved
  if (moved !== null && left < moved.shares) return Withdrawal.refused('MOVED_LATELY')
  if (account == validator.account && !mayLower(context, validator, left)) {
    return Withdrawal.refused('BELOW_MINIMUM_STAKE')
  }
  const tokens = tokensFor(pool, shares)
  state.setValidator(index, withPool(validator, pool.minus(tokens, shares)))
  state.setDelegation(index, account, new Delegation(left, delegation.rewardIndex, moved))
  return new Withdrawal(null, tokens)
}

/** Whether a validator may keep no more than `shares` of its own. */
function mayLower(context: BlockContext, validator: RegisteredValidator, shares: U256): bool {
  return isOver(validator) || tokensFor(poolOf(validator), shares) >= context.params.minStake
}

function isOver(validator: RegisteredValidator): bool {
  return validator.gone != NONE || validator.tombstonedIn != NONE
}

function rememberMove(context: BlockContext, from: i64, to: i64, shares: U256): void {
  const state = context.state
  const pools = state.movedFrom(from)
  const others: MovedPool[] = []
  let total = shares
  for (let i = 0; i < pools.length; i++) {
    const pool = pools[i]
    if (isFree(context, from, pool.movedIn)) continue
    if (pool.to == to && pool.movedIn == context.epoch) total = total + pool.shares
    else others.push(pool)
  }
  others.push(new MovedPool(to, context.epoch, total))
  state.setMovedFrom(from, others)
}

function claimCommission(context: BlockContext, index: i64, sender: string): U256 {
  const state = context.state
  const validator = state.validator(index)!
  const earned = validator.commissionEarned
  if (validator.account != sender || earned.isZero) return U256.ZERO
  const paid = validator.clone()
  paid.commissionEarned = U256.ZERO
  state.setValidator(index, paid)
  pay(state, sender, earned)
  return earned
}

/** Pays out what is free. */
function release(context: BlockContext, index: i64, sender: string): U256 {
  const state = context.state
  const unbondings = state.unbondings(index, sender)
  const bound: Unbonding[] = []
  let released = U256.ZERO
  for (let i = 0; i < unbondings.length; i++) {
    const unbonding = unbondings[i]
    if (!isFree(context, index, unbonding.createdIn)) {
      bound.push(unbonding)
      continue
    }
    const pool = state.unbondingPool(index, unbonding.createdIn)
    const tokens = tokensFor(pool, unbonding.shares)
    state.setUnbondingPool(index, unbonding.createdIn, pool.minus(tokens, unbonding.shares))
    released = released + tokens
  }
  if (bound.length == unbondings.length) return U256.ZERO
  state.setUnbondings(index, sender, bound)
  pay(state, sender, released)
  return released
}
