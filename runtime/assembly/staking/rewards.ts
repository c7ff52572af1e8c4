/** What a Beacon block earns, and whose it is; F1 of the Cosmos SDK's x/distribution. */

import { U256 } from '../primitives/uint'
import { BASIS_POINTS, RegisteredValidator } from './validator'

/** Of a Julian year, times the basis points of a whole. */
const YEAR_MS_BPS = U256.of(<u64>BASIS_POINTS * 31_557_600_000)
const BPS = U256.of(BASIS_POINTS)
const TWO = U256.of(2)
const THREE = U256.of(3)
const FOUR = U256.of(4)
/** A proposer's part of the reward if it brings in no more than a quorum's votes; twice as much if it brings in all. */
const PROPOSER_DIVISOR = U256.of(8)
/** Binary places of a reward index. */
const INDEX_SHIFT = 64

/** Of one block, in wei, for a total stake. */
export function blockReward(stake: U256, bpsPerYear: i64, blockTimeMs: i64): U256 {
  return (stake * U256.of(bpsPerYear) * U256.of(blockTimeMs)) / YEAR_MS_BPS
}

/** Grows with the weight of the votes beyond a quorum, so that leaving somebody's out costs the proposer. */
export function proposerReward(reward: U256, signedWeight: U256, totalWeight: U256): U256 {
  const quorum = (TWO * totalWeight) / THREE + U256.ONE
  const base = reward / PROPOSER_DIVISOR
  if (totalWeight <= quorum) return base
  return base + (base * (signedWeight - quorum)) / (totalWeight - quorum)
}

/** Three quarters are left for the voters, whatever the proposer gets. What isn't signed for is not minted. */
export function voterReward(reward: U256, weight: U256, totalWeight: U256): U256 {
  return (reward * THREE * weight) / (FOUR * totalWeight)
}

/** The validator with `reward` credited to its account, by its commission, and to all of its shares. */
export function credit(validator: RegisteredValidator, reward: U256): RegisteredValidator {
  const shares = validator.shares
  // Whose stake is gone altogether has nobody but the account to pay.
  const commission = shares.isZero ? reward : (reward * U256.of(validator.commissionBps)) / BPS
  const rest = reward - commission
  const credited = validator.clone()
  credited.commissionEarned = validator.commissionEarned + commission
  credited.unclaimedRewards = validator.unclaimedRewards + rest
  if (!shares.isZero) credited.rewardIndex = validator.rewardIndex + (rest << INDEX_SHIFT) / shares
  return credited
}

/** What `shares` have earned since the index was `since`. */
export function earned(shares: U256, since: U256, now: U256): U256 {
  return (shares * (now - since)) >> INDEX_SHIFT
}
