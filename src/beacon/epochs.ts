/** Which epoch a Beacon block belongs to. Genesis counts to epoch 0, whose other blocks are 1..length; its terminal block is `length`. */

import { type Epoch, epoch, type Height, height } from '../primitives/ids.ts'

/** An epoch is at least so long, see EPOCH_LENGTH_MIN. */
const SUB_EPOCHS = 4
/** Validator sets are frozen this many epochs ahead, and seeds and committees known one epoch fewer. */
export const FREEZE_LEAD_EPOCHS = 3
export const DRAW_LEAD_EPOCHS = 2

export function epochOf(at: Height, epochLength: number): Epoch {
  return epoch(at === 0 ? 0 : Math.floor((at - 1) / epochLength))
}

/** The last block of an epoch; the genesis of the next epoch's instance. */
export function terminalHeight(of: Epoch, epochLength: number): Height {
  return height((of + 1) * epochLength)
}

/** Whether a sub-epoch, a quarter of an epoch, ends with this block, and another one follows in the same epoch. */
export function endsSubEpoch(at: Height, epochLength: number): boolean {
  const place = at - epochOf(at, epochLength) * epochLength
  return place < epochLength && place % Math.floor(epochLength / SUB_EPOCHS) === 0
}
