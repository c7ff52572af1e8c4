/** Which epoch a Beacon block belongs to. Genesis counts to epoch 0, whose other blocks are 1..length; its terminal block is `length`. */

import { type Epoch, epoch, type Height, height } from '../primitives/ids.ts'

export function epochOf(at: Height, epochLength: number): Epoch {
  return epoch(at === 0 ? 0 : Math.floor((at - 1) / epochLength))
}

/** The last block of an epoch; the genesis of the next epoch's instance. */
export function terminalHeight(of: Epoch, epochLength: number): Height {
  return height((of + 1) * epochLength)
}
