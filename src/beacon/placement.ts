/** Where a block of the Beacon Layer may stand, whatever it holds. */

import type { Block } from '../consensus/block.ts'
import { NO_BEACON_REFERENCE } from '../consensus/header.ts'
import { BEACON } from '../primitives/ids.ts'
import { epochOf, terminalHeight } from './epochs.ts'

/** Directly on its parent, in the instance of its height's epoch. That its time isn't in the future, consensus checks. */
export function isWellPlaced({ header }: Block, parent: Block, epochLength: number): boolean {
  const { instance, beaconRef } = header
  return (
    instance.rollup === BEACON &&
    instance.sub === 0 &&
    instance.epoch === epochOf(header.height, epochLength) &&
    header.height === parent.header.height + 1 &&
    header.parent === parent.digest &&
    header.time >= parent.header.time &&
    beaconRef.height === NO_BEACON_REFERENCE.height &&
    beaconRef.hash === NO_BEACON_REFERENCE.hash
  )
}

/** The last block of its instance; the next one starts from it. */
export function isTerminal({ header }: Block, epochLength: number): boolean {
  return header.height === terminalHeight(header.instance.epoch, epochLength)
}
