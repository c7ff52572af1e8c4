/** Where an instance's final blocks are kept: the application's store, seen by the engine. */

import type { Height } from '../primitives/ids.ts'
import type { Block } from './block.ts'
import type { Certificate } from './vote.ts'

export interface FinalBlock {
  readonly block: Block
  /** Its own F certificate. */
  readonly certificate: Certificate
}

/** Answers for one instance only: nothing at or below its genesis, nothing that a later instance committed. */
export interface BlockSource {
  /** The last block that a resolved `commit` ended with; null if there was none yet. */
  head(): Promise<FinalBlock | null>
  /** The final block at a height. */
  blockAt(height: Height): Promise<Block | null>
  /** The lowest block at or above a height that has an F certificate of its own: it makes everything below it final. */
  certifiedFrom(height: Height): Promise<FinalBlock | null>
}
