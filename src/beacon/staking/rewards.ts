/**
 * What a Beacon block earns, and whose it is. Rewards are minted by the year, for stake whose votes are in the certificates that proposers bring
 * in; a delegator's are the growth of its validator's reward index since it was last paid (F1 of the Cosmos SDK's x/distribution).
 */

import { BASIS_POINTS, type RegisteredValidator } from './validator.ts'

/** Of a Julian year. */
const YEAR_MS = 31_557_600_000n
/** A proposer's part of the reward if it brings in no more than a quorum's votes; twice as much if it brings in all. */
const PROPOSER_DIVISOR = 8n
/** What is left for the voters, whatever the proposer gets. */
const VOTERS_PART = { numerator: 3n, denominator: 4n }
/** Binary places of a reward index. */
export const INDEX_SHIFT = 64n

/** Of one block, in wei, for a total stake. */
export function blockReward(stake: bigint, bpsPerYear: number, blockTimeMs: number): bigint {
  return (stake * BigInt(bpsPerYear) * BigInt(blockTimeMs)) / (BigInt(BASIS_POINTS) * YEAR_MS)
}

/** Grows with the weight of the votes beyond a quorum, so that leaving somebody's out costs the proposer. */
export function proposerReward(reward: bigint, signedWeight: bigint, totalWeight: bigint): bigint {
  const quorum = (2n * totalWeight) / 3n + 1n
  const base = reward / PROPOSER_DIVISOR
  const spare = totalWeight - quorum
  return spare <= 0n ? base : base + (base * (signedWeight - quorum)) / spare
}

/** What isn't signed for is not minted. */
export function voterReward(reward: bigint, weight: bigint, totalWeight: bigint): bigint {
  return (reward * VOTERS_PART.numerator * weight) / (VOTERS_PART.denominator * totalWeight)
}

/** The validator with `reward` credited to its account, by its commission, and to all of its shares. */
export function credit(validator: RegisteredValidator, reward: bigint): RegisteredValidator {
  const { shares, commissionBps } = validator
  // Whose stake is gone altogether has nobody but the account to pay.
  const commission = shares === 0n ? reward : (reward * BigInt(commissionBps)) / BigInt(BASIS_POINTS)
  const rest = reward - commission
  return {
    ...validator,
    commissionEarned: validator.commissionEarned + commission,
    unclaimedRewards: validator.unclaimedRewards + rest,
    rewardIndex:
      shares === 0n ? validator.rewardIndex : validator.rewardIndex + (rest << INDEX_SHIFT) / shares,
  }
}

/** What `shares` have earned since the index was `since`. */
export function earned(shares: bigint, since: bigint, now: bigint): bigint {
  return (shares * (now - since)) >> INDEX_SHIFT
}
