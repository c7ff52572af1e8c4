/** Which final blocks of a rollup belong to which instance. Instances ascend along the chain, so they are found by bisection. */

import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import { type Height, height, type Instance } from '../primitives/ids.ts'
import type { RollupApplication } from '../rollup/application.ts'

export function compareInstances(a: Instance, b: Instance): number {
  return a.epoch - b.epoch || a.sub - b.sub
}

/** The block that `instance` starts from, given that everything before it is final here. */
export function startBlockOf(application: RollupApplication, instance: Instance): Block {
  return finalBlockAt(application, startHeightOf(application, instance))!
}

/** The final blocks of `instance` alone. */
export function blocksOf(application: RollupApplication, instance: Instance): BlockSource {
  return application.blocksOf(instance, startHeightOf(application, instance))
}

/** Null above the soft head. */
export function finalBlockAt({ chain, genesis }: RollupApplication, at: number): Block | null {
  return at === 0 ? genesis : chain.store.blockAt(at)
}

function startHeightOf(application: RollupApplication, instance: Instance): Height {
  let low = 1
  let high = application.chain.head.header.number + 1
  while (low < high) {
    const middle = (low + high) >> 1
    const { header } = finalBlockAt(application, middle)!
    if (compareInstances(header.instance, instance) >= 0) high = middle
    else low = middle + 1
  }
  return height(low - 1)
}
