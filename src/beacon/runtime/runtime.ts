/** What executes blocks: the code that the state holds, by whatever runs it. */

import type { TransitionHost } from '../host.ts'
import type { BodyItems } from '../payload.ts'
import type { BlockPosition } from '../transition/context.ts'
import type { BlockOutcome, ComposedBlock } from '../transition.ts'
import type { UpgradeFailureReason } from '../upgrade/entries.ts'

export interface RuntimeInput extends BlockPosition {
  /** The proposer's, 96 B. */
  readonly reveal: Uint8Array
  /** Encoded, for a runtime decides what an item may be. */
  readonly items: BodyItems
}

export type Applied = ({ readonly ok: true } & BlockOutcome) | { readonly ok: false; readonly reason: string }

/** Both throw RuntimeFailure if the code can't do it, and do so on every node. */
export interface Runtime {
  /** Applies a block as it is: one invalid item makes it invalid. Of a block that is refused, the host must forget the writes. */
  applyBlock(host: TransitionHost, input: RuntimeInput): Applied
  /** For a proposer: applies those of the items that are valid. Null if the reveal isn't. */
  composeBlock(host: TransitionHost, input: RuntimeInput): ComposedBlock | null
}

/** What runs `code`. Rejects with RuntimeFailure if it is no runtime. */
export type LoadRuntime = (code: Uint8Array) => Promise<Runtime>

/** The same on every node, so it may become part of the state. */
export class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure'
  readonly reason: UpgradeFailureReason

  constructor(reason: UpgradeFailureReason, options?: ErrorOptions) {
    super(`the runtime failed: ${reason}`, options)
    this.reason = reason
  }
}
