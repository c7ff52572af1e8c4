/** For how long stake answers for a validator that it has left, and what it has lost for it. */

import type { Epoch } from '../../primitives/ids.ts'
import { FREEZE_LEAD_EPOCHS } from '../epochs.ts'
import type { BeaconParams } from '../params.ts'
import type { Delegation } from './delegation.ts'
import type { PastSlash } from './slashing.ts'
import { fractionOf } from './stake-pool.ts'

/** A stake that is taken out in one epoch is still voted with in the sets that were frozen before. */
const DUTY_LEAD_EPOCHS = FREEZE_LEAD_EPOCHS - 1

/** Whether what was taken out in that epoch may have backed an offence in `offendedIn`. */
export function answersFor(createdIn: Epoch, offendedIn: Epoch): boolean {
  return createdIn + DUTY_LEAD_EPOCHS >= offendedIn
}

/** The first epoch in which what was taken out of a validator, or moved away from it, in `createdIn` is free. */
export function freeIn(createdIn: Epoch, { unbondEpochs }: BeaconParams): number {
  return createdIn + DUTY_LEAD_EPOCHS + unbondEpochs
}

/**
 * What is left of a delegation after the slashes of the validator that a part of it came from. Its validator's own shares were reduced at once, by
 * what all that had moved lost together; here each bears its part, rounded up. Rewards are paid for what is left only.
 */
export function afterSlashes(delegation: Delegation, slashes: readonly PastSlash[]): Delegation {
  const { moved } = delegation
  if (moved === null) return delegation
  const left = slashes
    .slice(moved.slashesSeen)
    .filter(({ offendedIn }) => answersFor(moved.movedIn, offendedIn))
    .reduce((shares, { fraction }) => shares - fractionOf(shares, fraction), moved.shares)
  return {
    ...delegation,
    shares: delegation.shares - (moved.shares - left),
    moved: left === 0n ? null : { ...moved, shares: left, slashesSeen: slashes.length },
  }
}
