/** How fast the voters may change: see src/beacon/staking/churn.ts. */

import { NONE } from '../primitives/ids'
import { lower, U256 } from '../primitives/uint'
import { mayServe, RegisteredValidator, VALIDATORS_MAX } from './validator'

const CHURN_DIVISOR = U256.of(4)

/** A validator of the registry. */
export class Candidate {
  constructor(
    readonly index: i64,
    readonly validator: RegisteredValidator,
  ) {}
}

export class Succession {
  constructor(
    /** Stakes that count, by validator index. */
    readonly stakes: Map<i64, U256>,
    /** Those whose wish to leave is granted. */
    readonly gone: i64[],
  ) {}
}

/** The stakes of the set after one with the stakes `before`. */
export function succeed(candidates: Candidate[], before: Map<i64, U256>, minStake: U256): Succession {
  const budget = new Budget(before)
  const gone = letLeave(candidates, before, minStake, budget)
  const staying: Candidate[] = []
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]
    if (mayServe(candidate.validator, minStake) && !gone.includes(candidate.index)) staying.push(candidate)
  }
  const stakes = new Map<i64, U256>()
  const serving = largest(staying)
  for (let i = 0; i < serving.length; i++) {
    const index = serving[i].index
    const stake = grow(stakeBefore(before, index), serving[i].validator.stake, budget)
    if (stake >= minStake) stakes.set(index, stake)
  }
  return new Succession(stakes, gone)
}

/** First come, first served. Whoever doesn't serve leaves nobody behind. */
function letLeave(candidates: Candidate[], before: Map<i64, U256>, minStake: U256, budget: Budget): i64[] {
  const leaving: Candidate[] = []
  for (let i = 0; i < candidates.length; i++) {
    if (candidates[i].validator.exitAskedIn != NONE) leaving.push(candidates[i])
  }
  leaving.sort((a, b) => {
    const order = a.validator.exitAskedIn - b.validator.exitAskedIn
    return sign(order != 0 ? order : a.index - b.index)
  })
  const gone: i64[] = []
  for (let i = 0; i < leaving.length; i++) {
    const index = leaving[i].index
    const stake = mayServe(leaving[i].validator, minStake) ? stakeBefore(before, index) : U256.ZERO
    if (budget.takeAll(stake)) gone.push(index)
  }
  return gone
}

function grow(from: U256, to: U256, budget: Budget): U256 {
  return to <= from ? to : from + budget.takeUpTo(to - from)
}

function stakeBefore(before: Map<i64, U256>, index: i64): U256 {
  return before.has(index) ? before.get(index) : U256.ZERO
}

/** In order of index. Of equal stakes the longer registered one goes first. */
function largest(able: Candidate[]): Candidate[] {
  able.sort((a, b) => {
    if (a.validator.stake == b.validator.stake) return sign(a.index - b.index)
    return a.validator.stake > b.validator.stake ? -1 : 1
  })
  const chosen = able.slice(0, VALIDATORS_MAX)
  chosen.sort((a, b) => sign(a.index - b.index))
  return chosen
}

function sign(value: i64): i32 {
  return value < 0 ? -1 : value > 0 ? 1 : 0
}

class Budget {
  private readonly all: U256
  private left: U256

  constructor(before: Map<i64, U256>) {
    let total = U256.ZERO
    const stakes = before.values()
    for (let i = 0; i < stakes.length; i++) total = total + stakes[i]
    const all = total / CHURN_DIVISOR
    this.all = all
    this.left = all
  }

  takeUpTo(amount: U256): U256 {
    const taken = lower(amount, this.left)
    this.left = this.left - taken
    return taken
  }

  /** What is larger than all of it may go as well, but alone: it would never get to otherwise. */
  takeAll(amount: U256): bool {
    if (amount > this.left && this.left != this.all) return false
    this.takeUpTo(amount)
    return true
  }
}
