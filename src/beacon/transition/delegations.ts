/** What accounts do with stakes: put them with a validator, take them out, move them to another one, and claim what they have earned. */

import type { Hex } from '../../primitives/bytes.ts'
import { ALL_TOKENS, type Claim, type Delegate, type Redelegate, type Undelegate } from '../action-types.ts'
import { type Delegation, UNBONDINGS_MAX, type Unbonding } from '../staking/delegation.ts'
import { type StakePool, sharesFor, sharesWorth, tokensFor } from '../staking/stake-pool.ts'
import { poolOf, type RegisteredValidator, withPool } from '../staking/validator.ts'
import { charge, pay } from './balances.ts'
import type { BlockContext } from './context.ts'
import { isFree, settle } from './stakes.ts'

export type DelegationFault =
  | 'UNKNOWN_VALIDATOR'
  | 'NOTHING_TO_STAKE'
  | 'INSUFFICIENT_BALANCE'
  /** It is leaving, has left, or was expelled: nothing more may be put with it. */
  | 'NOT_ACCEPTING_STAKE'
  | 'INSUFFICIENT_STAKE'
  /** A validator's own stake falls below the minimum only once it has left. */
  | 'BELOW_MINIMUM_STAKE'
  | 'TOO_MANY_UNBONDINGS'
  | 'SAME_VALIDATOR'
  /** Stake that has moved stays where it is until it is free of its former validator. */
  | 'MOVED_LATELY'
  | 'NOTHING_TO_CLAIM'

export function delegate(context: BlockContext, sender: Hex, action: Delegate): DelegationFault | null {
  const { validator: index, amount } = action
  const fault = checkAccepting(context, index, amount)
  if (fault !== null) return fault
  const issued = sharesFor(poolOf(context.state.validator(index)!), amount)
  if (issued === null) return 'NOTHING_TO_STAKE'
  if (!charge(context.state, sender, amount)) return 'INSUFFICIENT_BALANCE'
  const { delegation } = settle(context, index, sender)
  deposit(context, index, sender, delegation, { tokens: amount, shares: issued })
  context.emit({ type: 'delegated', validator: index, account: sender, amount })
  return null
}

export function undelegate(context: BlockContext, sender: Hex, action: Undelegate): DelegationFault | null {
  const { state, epoch } = context
  const { validator: index } = action
  const taken = withdraw(context, index, sender, action.amount)
  if (typeof taken === 'string') return taken
  const unbondings = state.unbondings(index, sender)
  const last = unbondings.at(-1)
  const pool = state.unbondingPool(index, epoch)
  const shares = sharesFor(pool, taken.tokens)
  // The withdrawal is undone with the whole action: see perform in actions.ts.
  if (shares === null) return 'NOTHING_TO_STAKE'
  const isSameEpoch = last !== undefined && last.createdIn === epoch
  if (!isSameEpoch && unbondings.length === UNBONDINGS_MAX) return 'TOO_MANY_UNBONDINGS'
  const added: Unbonding = { createdIn: epoch, shares: shares + (isSameEpoch ? last.shares : 0n) }
  state.setUnbondings(index, sender, [...(isSameEpoch ? unbondings.slice(0, -1) : unbondings), added])
  state.setUnbondingPool(index, epoch, { tokens: pool.tokens + taken.tokens, shares: pool.shares + shares })
  context.emit({ type: 'undelegated', validator: index, account: sender, amount: taken.tokens })
  return null
}

export function redelegate(context: BlockContext, sender: Hex, action: Redelegate): DelegationFault | null {
  const { state, epoch } = context
  const { validator: from, to } = action
  if (from === to) return 'SAME_VALIDATOR'
  const fault = checkAccepting(context, to, action.amount)
  if (fault !== null) return fault
  const taken = withdraw(context, from, sender, action.amount)
  if (typeof taken === 'string') return taken
  const { delegation } = settle(context, to, sender)
  if (delegation.moved !== null) return 'MOVED_LATELY'
  const shares = sharesFor(poolOf(state.validator(to)!), taken.tokens)
  if (shares === null) return 'NOTHING_TO_STAKE'
  const slashesSeen = state.pastSlashes(from).length
  const moved = { from, movedIn: epoch, shares, slashesSeen }
  deposit(context, to, sender, { ...delegation, moved }, { tokens: taken.tokens, shares })
  rememberMove(context, from, to, shares)
  context.emit({ type: 'redelegated', from, to, account: sender, amount: taken.tokens })
  return null
}

export function claim(
  context: BlockContext,
  sender: Hex,
  { validator: index }: Claim,
): DelegationFault | null {
  const { state } = context
  if (state.validator(index) === null) return 'UNKNOWN_VALIDATOR'
  const { paid } = settle(context, index, sender)
  const rewards = paid + claimCommission(context, index, sender)
  const released = release(context, index, sender)
  if (rewards + released === 0n) return 'NOTHING_TO_CLAIM'
  context.emit({ type: 'claimed', validator: index, account: sender, rewards, released })
  return null
}

function checkAccepting({ state }: BlockContext, index: number, amount: bigint): DelegationFault | null {
  const validator = state.validator(index)
  if (validator === null) return 'UNKNOWN_VALIDATOR'
  const { exitAskedIn, gone, tombstonedIn } = validator
  if (exitAskedIn !== null || gone !== null || tombstonedIn !== null) return 'NOT_ACCEPTING_STAKE'
  return amount === 0n ? 'NOTHING_TO_STAKE' : null
}

function deposit(
  { state }: BlockContext,
  index: number,
  account: Hex,
  delegation: Delegation,
  { tokens, shares }: StakePool,
): void {
  const validator = state.validator(index)!
  const pool = poolOf(validator)
  state.setValidator(
    index,
    withPool(validator, { tokens: pool.tokens + tokens, shares: pool.shares + shares }),
  )
  state.setDelegation(index, account, { ...delegation, shares: delegation.shares + shares })
}

/** Takes tokens, and the shares that they are worth, from the validator and the account: nobody has them then. */
function withdraw(
  context: BlockContext,
  index: number,
  account: Hex,
  amount: bigint,
): StakePool | DelegationFault {
  const { state } = context
  if (state.validator(index) === null) return 'UNKNOWN_VALIDATOR'
  if (amount === 0n) return 'NOTHING_TO_STAKE'
  const { delegation } = settle(context, index, account)
  const validator = state.validator(index)!
  const pool = poolOf(validator)
  const shares = amount === ALL_TOKENS ? delegation.shares : sharesWorth(pool, amount)
  if (shares === 0n || shares > delegation.shares) return 'INSUFFICIENT_STAKE'
  const left = delegation.shares - shares
  if (delegation.moved !== null && left < delegation.moved.shares) return 'MOVED_LATELY'
  if (account === validator.account && !mayLower(context, validator, left)) return 'BELOW_MINIMUM_STAKE'
  const tokens = tokensFor(pool, shares)
  state.setValidator(
    index,
    withPool(validator, { tokens: pool.tokens - tokens, shares: pool.shares - shares }),
  )
  state.setDelegation(index, account, { ...delegation, shares: left })
  return { tokens, shares }
}

/** Whether a validator may keep no more than `shares` of its own. */
function mayLower({ params }: BlockContext, validator: RegisteredValidator, shares: bigint): boolean {
  const isOver = validator.gone !== null || validator.tombstonedIn !== null
  return isOver || tokensFor(poolOf(validator), shares) >= params.minStake
}

function rememberMove(context: BlockContext, from: number, to: number, shares: bigint): void {
  const { state, epoch } = context
  const pools = state.movedFrom(from).filter(({ movedIn }) => !isFree(context, from, movedIn))
  const same = pools.find((pool) => pool.to === to && pool.movedIn === epoch)
  const others = pools.filter((pool) => pool !== same)
  state.setMovedFrom(from, [...others, { to, movedIn: epoch, shares: shares + (same?.shares ?? 0n) }])
}

function claimCommission({ state }: BlockContext, index: number, sender: Hex): bigint {
  const validator = state.validator(index)!
  if (validator.account !== sender || validator.commissionEarned === 0n) return 0n
  state.setValidator(index, { ...validator, commissionEarned: 0n })
  pay(state, sender, validator.commissionEarned)
  return validator.commissionEarned
}

/** Pays out what is free. */
function release(context: BlockContext, index: number, sender: Hex): bigint {
  const { state } = context
  const unbondings = state.unbondings(index, sender)
  const [free, bound] = [true, false].map((isWanted) =>
    unbondings.filter(({ createdIn }) => isFree(context, index, createdIn) === isWanted),
  ) as [Unbonding[], Unbonding[]]
  if (free.length === 0) return 0n
  let released = 0n
  for (const { createdIn, shares } of free) {
    const pool = state.unbondingPool(index, createdIn)
    const tokens = tokensFor(pool, shares)
    state.setUnbondingPool(index, createdIn, { tokens: pool.tokens - tokens, shares: pool.shares - shares })
    released += tokens
  }
  state.setUnbondings(index, sender, bound)
  pay(state, sender, released)
  return released
}
