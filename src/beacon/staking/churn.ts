/**
 * How fast the voters may change: stake that comes in, and validators that ask to leave, together take at most a quarter of the stake before,
 * in one epoch. Stake that was taken out or slashed is gone at once, and so is who was expelled: nobody may vote with what isn't there.
 */

import { mayServe, type RegisteredValidator, VALIDATORS_MAX } from './validator.ts'

/** A validator of the registry. */
export interface Candidate {
  readonly index: number
  readonly validator: RegisteredValidator
}

/** Stakes that count, by validator index. */
export type ServingStakes = ReadonlyMap<number, bigint>

export interface Succession {
  readonly stakes: ServingStakes
  /** Those whose wish to leave is granted. */
  readonly gone: readonly number[]
}

const CHURN_DIVISOR = 4n

/** The stakes of the next set. Without a set before there is nothing to keep to. */
export function succeed(
  candidates: readonly Candidate[],
  before: ServingStakes | null,
  minStake: bigint,
): Succession {
  const able = candidates.filter(({ validator }) => mayServe(validator, minStake))
  const budget = new Budget(before)
  const gone = letLeave(candidates, able, before, budget)
  const stakes = new Map<number, bigint>()
  for (const { index, validator } of largest(able.filter((candidate) => !gone.includes(candidate.index)))) {
    const stake = grow(before?.get(index) ?? 0n, validator.stake, budget)
    if (stake >= minStake) stakes.set(index, stake)
  }
  return { stakes, gone }
}

/** First come, first served. Whoever doesn't serve leaves nobody behind. */
function letLeave(
  candidates: readonly Candidate[],
  able: readonly Candidate[],
  before: ServingStakes | null,
  budget: Budget,
): number[] {
  const gone: number[] = []
  const leaving = candidates.filter(({ validator }) => validator.exitAskedIn !== null)
  leaving.sort((a, b) => a.validator.exitAskedIn! - b.validator.exitAskedIn! || a.index - b.index)
  for (const candidate of leaving) {
    const { index } = candidate
    const stake = able.includes(candidate) ? (before?.get(index) ?? 0n) : 0n
    if (budget.takeAll(stake)) gone.push(index)
  }
  return gone
}

function grow(from: bigint, to: bigint, budget: Budget): bigint {
  return to <= from ? to : from + budget.takeUpTo(to - from)
}

/** In order of index. Of equal stakes the longer registered one goes first. */
function largest(able: readonly Candidate[]): Candidate[] {
  const ranked = able.toSorted((a, b) =>
    a.validator.stake === b.validator.stake
      ? a.index - b.index
      : a.validator.stake > b.validator.stake
        ? -1
        : 1,
  )
  return ranked.slice(0, VALIDATORS_MAX).sort((a, b) => a.index - b.index)
}

class Budget {
  readonly #all: bigint | null
  #left: bigint

  constructor(before: ServingStakes | null) {
    const total = before === null ? null : [...before.values()].reduce((sum, stake) => sum + stake, 0n)
    this.#all = total === null ? null : total / CHURN_DIVISOR
    this.#left = this.#all ?? 0n
  }

  takeUpTo(amount: bigint): bigint {
    if (this.#all === null) return amount
    const taken = amount < this.#left ? amount : this.#left
    this.#left -= taken
    return taken
  }

  /** What is larger than all of it may go as well, but alone: it would never get to otherwise. */
  takeAll(amount: bigint): boolean {
    if (this.#all === null) return true
    if (amount > this.#left && this.#left !== this.#all) return false
    this.takeUpTo(amount)
    return true
  }
}
