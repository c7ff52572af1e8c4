/** What a node itself reads of the state, whatever runtime wrote it. */

import { DecodeError } from '../../primitives/codec.ts'
import { type Epoch, epoch } from '../../primitives/ids.ts'
import { DRAW_LEAD_EPOCHS, FREEZE_LEAD_EPOCHS } from '../epochs.ts'
import type { BeaconStateView } from '../state.ts'

/** Whether the chain can go on from this state, after a block of epoch `at`. */
export function isReadable(state: BeaconStateView, at: Epoch): boolean {
  try {
    state.params()
    state.mix()
    for (const id of state.aliveRollups()) if (state.rollup(id) === null) return false
    const isSeeded = ahead(at, DRAW_LEAD_EPOCHS).every((one) => state.seed(one) !== null)
    const sets = ahead(at, FREEZE_LEAD_EPOCHS).map((one) => state.validatorSet(one))
    return isSeeded && sets.every((set) => set?.entries.some(({ weight }) => weight > 0n))
  } catch (error) {
    if (error instanceof DecodeError || error instanceof TypeError || error instanceof RangeError)
      return false
    throw error
  }
}

/** So many epochs, from `at` on: what is known of them since before `at` began. */
function ahead(at: Epoch, epochs: number): Epoch[] {
  return Array.from({ length: epochs }, (_, i) => epoch(at + i))
}
