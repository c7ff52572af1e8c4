/**
 * What a node begins with that doesn't execute the chain from the genesis: the state after an epoch's last block, and what it will need of the
 * blocks before. All of it has been checked when it is a Snapshot.
 */

import type { Block } from '../../consensus/block.ts'
import type { Certificate } from '../../consensus/vote.ts'
import type { Height, RollupId } from '../../primitives/ids.ts'
import type { SetChange } from '../set-changes.ts'
import type { StateEntry } from '../state-trie.ts'
import type { FinalHeader } from './final-header.ts'

/** A change of the validators under the header of the block after which the state has it. */
export interface ProvenChange {
  readonly change: SetChange
  readonly final: FinalHeader
}

/** A block from before the snapshot that a rollup's seats are started with. */
export interface OldBlock {
  readonly block: Block
  readonly final: FinalHeader
  /** The record in it that is needed, if it is for one. */
  readonly record: KeptRecord | null
}

export interface KeptRecord {
  readonly rollup: RollupId
  /** Place among the block's records. */
  readonly index: number
  /** Heights of the rollup that it covers. */
  readonly from: Height
  readonly to: Height
}

export interface Snapshot {
  /** The last of an epoch. */
  readonly block: Block
  /** The block's own. */
  readonly certificate: Certificate
  /** All of the state after the block, in the order of names. */
  readonly entries: readonly StateEntry[]
  /** Up to the block. */
  readonly changes: readonly ProvenChange[]
  readonly oldBlocks: readonly OldBlock[]
}
