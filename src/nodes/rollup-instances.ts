/** Which final blocks of a rollup belong to which instance. Instances ascend along the chain, so they are found by bisection. */

import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import { type Height, height, type Instance } from '../primitives/ids.ts'
import type { RollupApplication } from '../rollup/application.ts'
import { compareInstances } from './instance-order.ts'
import type { FinalBlocks } from './seat-instances.ts'

export function finalBlocksOf({ chain }: RollupApplication): FinalBlocks {
  return { head: chain.head.block, blockAt: (at) => chain.store.blockAt(at) }
}

/** The block that `instance` starts from, given that everything before it is final here. */
export function startBlockOf(application: RollupApplication, instance: Instance): Block {
  return application.chain.store.blockAt(startHeightOf(application, instance))!
}

/** The final blocks of `instance` alone. */
export function blocksOf(application: RollupApplication, instance: Instance): BlockSource {
  return application.blocksOf(instance, startHeightOf(application, instance))
}

function startHeightOf({ chain }: RollupApplication, instance: Instance): Height {
  let low = 1
  let high = chain.head.header.number + 1
  while (low < high) {
    const middle = (low + high) >> 1
    const { header } = chain.store.blockAt(middle)!
    if (compareInstances(header.instance, instance) >= 0) high = middle
    else low = middle + 1
  }
  return height(low - 1)
}
