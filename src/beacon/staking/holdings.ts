/** What an account has with each validator, as of a state: nothing is changed by looking, so rewards and losses are what settling would give. */

import type { Hex } from '../../primitives/bytes.ts'
import type { Height } from '../../primitives/ids.ts'
import { epochOf } from '../epochs.ts'
import type { BeaconStateView } from '../state.ts'
import { afterSlashes, freeIn } from './liability.ts'
import { credit, earned } from './rewards.ts'
import { tokensFor } from './stake-pool.ts'
import { poolOf } from './validator.ts'

export interface Leaving {
  /** In wei; a slash may still take some of it. */
  readonly amount: bigint
  /** The first epoch in which it can be claimed. */
  readonly freeIn: number
}

export interface Holding {
  readonly validator: number
  /** In wei. */
  readonly stake: bigint
  /** The part of the stake that came from another validator lately, and answers for that one too. */
  readonly moved: (Leaving & { readonly from: number }) | null
  /** To be claimed. */
  readonly rewards: bigint
  /** To be claimed by the validator's own account. */
  readonly commission: bigint
  readonly leaving: readonly Leaving[]
}

/** Those with which it has anything. Looks at each validator once. */
export function holdingsOf(state: BeaconStateView, account: Hex, head: Height): Holding[] {
  const params = state.params()
  const present = epochOf(head, params.epochLength)
  const pending = new Map(state.attendance().presences.map((one) => [one.validator, one.pending]))
  const holdings: Holding[] = []
  for (let validator = 0; validator < state.validatorCount(); validator++) {
    const delegation = state.delegation(validator, account)
    const unbondings = state.unbondings(validator, account)
    const registered = credit(state.validator(validator)!, pending.get(validator) ?? 0n)
    const isOwn = registered.account === account
    if (delegation.shares === 0n && unbondings.length === 0 && !isOwn) continue
    const slashes = delegation.moved === null ? [] : state.pastSlashes(delegation.moved.from)
    const { shares, rewardIndex, moved } = afterSlashes(delegation, slashes)
    const pool = poolOf(registered)
    holdings.push({
      validator,
      stake: tokensFor(pool, shares),
      moved:
        moved === null || present >= freeIn(moved.movedIn, params)
          ? null
          : {
              from: moved.from,
              amount: tokensFor(pool, moved.shares),
              freeIn: freeIn(moved.movedIn, params),
            },
      rewards: earned(shares, rewardIndex, registered.rewardIndex),
      commission: isOwn ? registered.commissionEarned : 0n,
      leaving: unbondings.map((unbonding) => ({
        amount: tokensFor(state.unbondingPool(validator, unbonding.createdIn), unbonding.shares),
        freeIn: freeIn(unbonding.createdIn, params),
      })),
    })
  }
  return holdings
}
