/** Which block a request means: tags follow the ladder, so that `latest` is confirmed, `safe` recorded and `finalized` final. */

import type { HeadRung } from '../../primitives/ladder.ts'
import type { BlockSelector, BlockTag } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import type { StateVersion } from '../state/version.ts'
import { stateNotKept, unknownBlock } from './errors.ts'
import type { ShownBlock } from './format.ts'

const TAG_RUNGS: Readonly<Partial<Record<BlockTag, HeadRung>>> = {
  latest: 'soft',
  safe: 'beacon',
  finalized: 'final',
}

export class BlockReader {
  readonly #application: RollupApplication

  constructor(application: RollupApplication) {
    this.#application = application
  }

  /** Null if there is no such block; but `safe` and `finalized` throw -39001 while no block has got there. */
  find(selector: BlockSelector): ShownBlock | null {
    const { chain } = this.#application
    if (selector.by === 'hash') {
      const height = chain.store.heightOf(selector.hash)
      return height === null ? null : chain.blockAt(height)
    }
    if (selector.by === 'tag' && selector.tag === 'pending') return chain.tip ?? chain.head
    return chain.blockAt(this.height(selector))
  }

  /** As {@link find}, throwing instead of giving null. */
  get(selector: BlockSelector): ShownBlock {
    const block = this.find(selector)
    if (block === null) throw unknownBlock(selector)
    return block
  }

  /** Final blocks only: `pending` counts as `latest` here. A number need not exist yet. */
  height(selector: BlockSelector): number {
    if (selector.by === 'number') return selector.number
    if (selector.by === 'hash') return this.get(selector).header.number
    if (selector.tag === 'earliest') return 0
    const height = this.#application.heads.height(TAG_RUNGS[selector.tag] ?? 'soft')
    if (height < 0) throw unknownBlock(selector)
    return height
  }

  /** Whether what a final block did has been taken back by a dev instruction. */
  isUndone(height: number): boolean {
    return this.#application.chain.store.isUndone(height)
  }

  /** State after the block. Throws if it is no longer, or not yet, known. */
  state(selector: BlockSelector): { state: StateVersion; block: ShownBlock } {
    const { chain } = this.#application
    const block = this.get(selector)
    const state = chain.pending(block.hash)?.state ?? chain.stateAt(block.header.number)
    if (state === null) throw stateNotKept(block.header.number, chain.head.header.number)
    return { state, block }
  }
}
