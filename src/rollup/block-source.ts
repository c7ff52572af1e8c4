/** A rollup's final blocks as the consensus engine of one instance sees them: those of that instance alone. */

import type { Block } from '../consensus/block.ts'
import type { BlockSource, FinalBlock } from '../consensus/block-source.ts'
import { type Height, type Instance, instanceKey } from '../primitives/ids.ts'
import type { ChainStore } from './chain-store.ts'

/** `genesis` is the height of the instance's genesis: the last block of whatever came before. */
export function createBlockSource(store: ChainStore, instance: Instance, genesis: Height): BlockSource {
  const key = instanceKey(instance)
  const isOurs = ({ header }: Block) => header.height > genesis && instanceKey(header.instance) === key
  /** Once a later instance has committed, this one's head stays. */
  let last: FinalBlock | null = null

  return {
    async head() {
      if (last !== null) return last
      const newest = store.headHeight() ?? 0
      for (let height = newest; height > genesis; height--) {
        const block = store.blockAt(height)
        if (block === null || !isOurs(block)) continue
        const head = store.certifiedFrom(height)
        if (height < newest) last = head
        return head
      }
      return null
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
