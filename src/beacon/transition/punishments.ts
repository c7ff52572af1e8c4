/** Takes what offences cost from stakes: at once, later by how many offended together, and for being absent. */

import type { Hex } from '../../primitives/bytes.ts'
import { beaconInstance, type Epoch, type Instance } from '../../primitives/ids.ts'
import { answersFor } from '../staking/liability.ts'
import {
  type Conviction,
  correlatedFraction,
  DOWNTIME,
  divideSlash,
  EQUIVOCATION,
  penaltyDueIn,
  type Slash,
} from '../staking/slashing.ts'
import { type Fraction, fractionOf, tokensFor } from '../staking/stake-pool.ts'
import { poolOf, withPool } from '../staking/validator.ts'
import { entryOf, totalWeight } from '../staking/validator-set.ts'
import { burn, pay } from './balances.ts'
import type { BlockContext } from './context.ts'
import { accrue } from './stakes.ts'
import { vacateComingSeats } from './vacancies.ts'

/** For good, for an offence in `instance`. The reporter, who proposes the block, gets a part of what is taken. */
export function expel(context: BlockContext, index: number, instance: Instance, reporter: Hex): Slash {
  const { state, epoch } = context
  const taken = slashStake(context, index, instance.epoch, EQUIVOCATION)
  state.setValidator(index, { ...state.validator(index)!, tombstonedIn: epoch })
  state.setCandidates(state.candidates().filter((candidate) => candidate !== index))
  const weight = entryOf(state.validatorSet(instance.epoch)!, index)?.weight ?? 0n
  const conviction = { validator: index, instance, tombstonedIn: epoch, weight, reporter, isSettled: false }
  state.setConvictions([...state.convictions(), conviction])
  vacateComingSeats(context)
  return distribute(context, taken, instance, reporter)
}

/** At a terminal block: what is taken for offences of half an unbonding time ago, once it is known who else offended. */
export function applyPenalties(context: BlockContext): void {
  const { state, params, epoch } = context
  const all = state.convictions()
  if (all.length === 0) return
  const due = all.filter(
    (conviction) => !conviction.isSettled && penaltyDueIn(conviction, params.unbondEpochs) <= epoch,
  )
  for (const conviction of due) penalize(context, conviction, all)
  const settled = all.map((one) => (due.includes(one) ? { ...one, isSettled: true } : one))
  // Nobody who is still to be judged looks back further.
  const isRecent = ({ tombstonedIn, isSettled }: Conviction) =>
    !isSettled || tombstonedIn + params.unbondEpochs >= epoch
  state.setConvictions(settled.filter(isRecent))
}

/** It serves no more until its account has it taken back; its seats go to reserves. */
export function jail(context: BlockContext, index: number): void {
  const { state, epoch } = context
  const { isJailed, tombstonedIn, gone } = state.validator(index)!
  if (isJailed || tombstonedIn !== null || gone !== null) return
  const validator = accrue(context, index)
  const amount = fractionOf(validator.stake, DOWNTIME)
  state.setValidator(index, {
    ...validator,
    stake: validator.stake - amount,
    slashed: validator.slashed + amount,
    isJailed: true,
    jailedIn: epoch,
  })
  burn(state, amount)
  context.emit({ type: 'jailed', validator: index, account: validator.account, amount })
  vacateComingSeats(context)
}

function penalize(context: BlockContext, conviction: Conviction, all: readonly Conviction[]): void {
  const { state, params, epoch } = context
  const { validator, instance, reporter } = conviction
  const fraction = correlatedFraction(conviction, all, params.unbondEpochs, {
    members: context.committee(instance)!.members.length,
    totalWeight: totalWeight(state.validatorSet(epoch)!),
  })
  const taken = slashStake(context, validator, instance.epoch, fraction)
  const slash = distribute(context, taken, instance, reporter)
  const { account } = state.validator(validator)!
  context.emit({ type: 'penalized', validator, account, instance, slash, reporter })
}

/** From the stake, from what was leaving it, and from what had moved elsewhere, as far as these answer for an offence in `offendedIn`. */
function slashStake(context: BlockContext, index: number, offendedIn: Epoch, fraction: Fraction): bigint {
  const { state } = context
  const validator = accrue(context, index)
  const amount = fractionOf(validator.stake, fraction)
  state.setValidator(index, { ...validator, stake: validator.stake - amount })
  const taken = amount + slashUnbonding(context, index, offendedIn, fraction)
  const total = taken + slashMoved(context, index, offendedIn, fraction)
  const slashed = state.validator(index)!
  state.setValidator(index, { ...slashed, slashed: slashed.slashed + total })
  state.setPastSlashes(index, [...state.pastSlashes(index), { offendedIn, fraction }])
  return total
}

function slashUnbonding(
  { state, epoch }: BlockContext,
  index: number,
  offendedIn: Epoch,
  fraction: Fraction,
): bigint {
  let taken = 0n
  for (
    let createdIn = epoch;
    createdIn >= 0 && answersFor(createdIn, offendedIn);
    createdIn = (createdIn - 1) as Epoch
  ) {
    const pool = state.unbondingPool(index, createdIn)
    if (pool.shares === 0n) continue
    const amount = fractionOf(pool.tokens, fraction)
    state.setUnbondingPool(index, createdIn, { ...pool, tokens: pool.tokens - amount })
    taken += amount
  }
  return taken
}

/** Takes shares of the other validators: their other delegators lose nothing. Whose shares these are is settled when they are next touched. */
function slashMoved(context: BlockContext, index: number, offendedIn: Epoch, fraction: Fraction): bigint {
  const { state } = context
  const pools = state.movedFrom(index)
  if (pools.length === 0) return 0n
  let taken = 0n
  const left = pools.map((moved) => {
    if (!answersFor(moved.movedIn, offendedIn)) return moved
    const target = accrue(context, moved.to)
    const pool = poolOf(target)
    // Rounded down, as each delegator's own part is rounded up: shares may be left over, but none can be missing.
    const shares = downFractionOf(moved.shares, fraction)
    const tokens = tokensFor(pool, shares)
    state.setValidator(
      moved.to,
      withPool(target, { tokens: pool.tokens - tokens, shares: pool.shares - shares }),
    )
    taken += tokens
    return { ...moved, shares: moved.shares - shares }
  })
  state.setMovedFrom(index, left)
  return taken
}

function downFractionOf(amount: bigint, { numerator, denominator }: Fraction): bigint {
  const part = (amount * numerator) / denominator
  if (part > amount) return amount
  return part
}

function distribute({ state }: BlockContext, amount: bigint, instance: Instance, reporter: Hex): Slash {
  const slash = divideSlash(amount, instance)
  pay(state, reporter, slash.reward)
  if (slash.insurance > 0n) {
    state.setInsurance(instance.rollup, state.insurance(instance.rollup) + slash.insurance)
  }
  burn(state, amount - slash.reward - slash.insurance)
  return slash
}

/** Whoever proposes the block at hand. */
export function proposerOf(context: BlockContext): Hex {
  return context.committee(beaconInstance(context.epoch))!.members[context.position.proposer]!.account
}
