/** Takes what offences cost from stakes: at once, later by how many offended together, and for being absent. */

import { beaconInstance, Instance, NONE } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { MovedPool } from '../staking/delegation'
import { answersFor } from '../staking/liability'
import {
  Conviction,
  correlatedFraction,
  divideSlash,
  DOWNTIME,
  EQUIVOCATION,
  PastSlash,
  penaltyDueIn,
  Slash,
} from '../staking/slashing'
import { downFractionOf, Fraction, fractionOf, StakePool, tokensFor } from '../staking/stake-pool'
import { poolOf, withPool } from '../staking/validator'
import { entryOf, totalWeight } from '../staking/validator-set'
import { burn, pay } from './balances'
import { BlockContext } from './context'
import * as events from './events'
import { accrue } from './stakes'
import { vacateComingSeats } from './vacancies'

/** For good, for an offence in `instance`. The reporter, who proposes the block, gets a part of what is taken. */
export function expel(context: BlockContext, index: i64, instance: Instance, reporter: string): Slash {
  const state = context.state
  const taken = slashStake(context, index, instance.epoch, EQUIVOCATION)
  const expelled = state.validator(index)!.clone()
  expelled.tombstonedIn = context.epoch
  state.setValidator(index, expelled)
  const candidates = state.candidates()
  const place = candidates.indexOf(index)
  if (place >= 0) candidates.splice(place, 1)
  state.setCandidates(candidates)
  const entry = entryOf(state.validatorSet(instance.epoch)!, index)
  const weight = entry === null ? U256.ZERO : entry.weight
  const convictions = state.convictions()
  convictions.push(new Conviction(index, instance, context.epoch, weight, reporter, false))
  state.setConvictions(convictions)
  vacateComingSeats(context)
  return distribute(context, taken, instance, reporter)
}

/** At a terminal block: what is taken for offences of half an unbonding time ago, once it is known who else offended. */
export function applyPenalties(context: BlockContext): void {
  const state = context.state
  const unbondEpochs = context.params.unbondEpochs
  const all = state.convictions()
  if (all.length == 0) return
  const kept: Conviction[] = []
  for (let i = 0; i < all.length; i++) {
    const one = all[i]
    const isDue = !one.isSettled && penaltyDueIn(one, unbondEpochs) <= context.epoch
    if (isDue) penalize(context, one, all)
    const after = isDue ? one.settled() : one
    // Nobody who is still to be judged looks back further.
    if (!after.isSettled || after.tombstonedIn + unbondEpochs >= context.epoch) kept.push(after)
  }
  state.setConvictions(kept)
}

/** It serves no more until its account has it taken back; its seats go to reserves. */
export function jail(context: BlockContext, index: i64): void {
  const state = context.state
  const before = state.validator(index)!
  if (before.isJailed || before.tombstonedIn != NONE || before.gone != NONE) return
  const validator = accrue(context, index)
  const amount = fractionOf(validator.stake, DOWNTIME)
  const jailed = validator.clone()
  jailed.stake = validator.stake - amount
  jailed.slashed = validator.slashed + amount
  jailed.isJailed = true
  jailed.jailedIn = context.epoch
  state.setValidator(index, jailed)
  burn(state, amount)
  context.emit(events.jailed(index, validator.account, amount))
  vacateComingSeats(context)
}

/** Whoever proposes the block at hand. */
export function proposerOf(context: BlockContext): string {
  const committee = context.committee(beaconInstance(context.epoch))!
  return committee.members[<i32>context.position.proposer].account
}

function penalize(context: BlockContext, conviction: Conviction, all: Conviction[]): void {
  const state = context.state
  const index = conviction.validator
  const instance = conviction.instance
  const fraction = correlatedFraction(
    conviction,
    all,
    context.params.unbondEpochs,
    context.committee(instance)!.members.length,
    totalWeight(state.validatorSet(context.epoch)!),
  )
  const taken = slashStake(context, index, instance.epoch, fraction)
  const slash = distribute(context, taken, instance, conviction.reporter)
  const account = state.validator(index)!.account
  context.emit(events.penalized(index, account, instance, slash, conviction.reporter))
}

/** From the stake, from what was leaving it, and from what had moved elsewhere, as far as these answer for an offence in `offendedIn`. */
function slashStake(context: BlockContext, index: i64, offendedIn: i64, fraction: Fraction): U256 {
  const state = context.state
  const validator = accrue(context, index)
  const amount = fractionOf(validator.stake, fraction)
  const lowered = validator.clone()
  lowered.stake = validator.stake - amount
  state.setValidator(index, lowered)
  const taken = amount + slashUnbonding(context, index, offendedIn, fraction)
  const total = taken + slashMoved(context, index, offendedIn, fraction)
  const slashed = state.validator(index)!.clone()
  slashed.slashed = slashed.slashed + total
  state.setValidator(index, slashed)
  const slashes = state.pastSlashes(index)
  slashes.push(new PastSlash(offendedIn, fraction))
  state.setPastSlashes(index, slashes)
  return total
}

function slashUnbonding(context: BlockContext, index: i64, offendedIn: i64, fraction: Fraction): U256 {
  const state = context.state
  let taken = U256.ZERO
  for (let createdIn = context.epoch; createdIn >= 0 && answersFor(createdIn, offendedIn); createdIn--) {
    const pool = state.unbondingPool(index, createdIn)
    if (pool.shares.isZero) continue
    const amount = fractionOf(pool.tokens, fraction)
    state.setUnbondingPool(index, createdIn, new StakePool(pool.tokens - amount, pool.shares))
    taken = taken + amount
  }
  return taken
}

/** Takes shares of the other validators: their other delegators lose nothing. Whose shares these are is settled when they are next touched. */
function slashMoved(context: BlockContext, index: i64, offendedIn: i64, fraction: Fraction): U256 {
  const state = context.state
  const pools = state.movedFrom(index)
  if (pools.length == 0) return U256.ZERO
  let taken = U256.ZERO
  for (let i = 0; i < pools.length; i++) {
    const moved = pools[i]
    if (!answersFor(moved.movedIn, offendedIn)) continue
    const target = accrue(context, moved.to)
    const pool = poolOf(target)
    // Rounded down, as each delegator's own part is rounded up: shares may be left over, but none can be missing.
    const shares = downFractionOf(moved.shares, fraction)
    const tokens = tokensFor(pool, shares)
    state.setValidator(moved.to, withPool(target, pool.minus(tokens, shares)))
    taken = taken + tokens
    pools[i] = new MovedPool(moved.to, moved.movedIn, moved.shares - shares)
  }
  state.setMovedFrom(index, pools)
  return taken
}

function distribute(context: BlockContext, amount: U256, instance: Instance, reporter: string): Slash {
  const state = context.state
  const slash = divideSlash(amount, instance)
  pay(state, reporter, slash.reward)
  if (!slash.insurance.isZero) {
    state.setInsurance(instance.rollup, state.insurance(instance.rollup) + slash.insurance)
  }
  burn(state, amount - slash.reward - slash.insurance)
  return slash
}
