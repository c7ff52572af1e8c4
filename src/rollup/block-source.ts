/** A rollup's final blocks as the consensus engine of one instance sees them: those of that instance alone. */

import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import { type Height, type Instance, instanceKey } from '../primitives/ids.ts'
import type { ChainStore } from './chain-store.ts'

/** `genesis` is the height of the instance's genesis: the last block of whatever came before. */
export function createBlockSource(store: ChainStore, instance: Instance, genesis: Height): BlockSource {
  const key = instanceKey(instance)
  const isOurs = ({ header }: Block) => header.height > genesis && instanceKey(header.instance) === key
  const isLater = ({ header: { instance: of } }: Block) =>
    of.epoch > instance.epoch || (of.epoch === instance.epoch && of.sub > instance.sub)

  /** The highest block that isn't of a later instance: they ascend along the chain. */
  const lastHeight = (): number => {
    let low: number = genesis
    let high = store.headHeight() ?? 0
    if (high > genesis && isOurs(store.blockAt(high)!)) return high
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (isLater(store.blockAt(middle)!)) high = middle - 1
      else low = middle
    }
    return low
  }

  return {
    async head() {
      const last = lastHeight()
      return last > genesis ? store.certifiedFrom(last) : null
    },

    async blockAt(height) {
      const block = store.blockAt(height)
      return block !== null && isOurs(block) ? block : null
    },

    async certifiedFrom(height) {
      const certified = store.certifiedFrom(Math.max(height, genesis + 1))
      return certified !== null && isOurs(certified.block) ? certified : null
    },
  }
}
