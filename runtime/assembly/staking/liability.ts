/** For how long stake answers for a validator that it has left, and what it has lost for it. */

import { FREEZE_LEAD_EPOCHS } from '../epochs'
import { BeaconParams } from '../params'
import { Delegation, MovedStake } from './delegation'
import { PastSlash } from './slashing'
import { fractionOf } from './stake-pool'

/** A stake that is taken out in one epoch is still voted with in the sets that were frozen before. */
const DUTY_LEAD_EPOCHS: i64 = FREEZE_LEAD_EPOCHS - 1

/** Whether what was taken out in that epoch may have backed an offence in `offendedIn`. */
export function answersFor(createdIn: i64, offendedIn: i64): bool {
  return createdIn + DUTY_LEAD_EPOCHS >= offendedIn
}

/** The first epoch in which what was taken out of a validator, or moved away from it, in `createdIn` is free. */
export function freeIn(createdIn: i64, params: BeaconParams): i64 {
  return createdIn + DUTY_LEAD_EPOCHS + params.unbondEpochs
}

/** What is left of a delegation after the slashes of the validator that a part of it came from; each bears its part, rounded up. */
export function afterSlashes(delegation: Delegation, slashes: PastSlash[]): Delegation {
  const moved = delegation.moved
  if (moved === null) return delegation
  let left = moved.shares
  for (let i = <i32>moved.slashesSeen; i < slashes.length; i++) {
    if (!answersFor(moved.movedIn, slashes[i].offendedIn)) continue
    left = left - fractionOf(left, slashes[i].fraction)
  }
  const shares = delegation.shares - (moved.shares - left)
  if (left.isZero) return new Delegation(shares, delegation.rewardIndex, null)
  const stillMoved = new MovedStake(moved.from, moved.movedIn, left, slashes.length)
  return new Delegation(shares, delegation.rewardIndex, stillMoved)
}
