/**
 * What consensus needs from the chain that it orders: build, verify, commit. It maps onto ABCI 2.0's PrepareProposal, ProcessProposal
 * and FinalizeBlock; keep it that small.
 */

import type { Hex } from '../primitives/bytes.ts'
import type { Height, Instance, View } from '../primitives/ids.ts'
import type { Block } from './block.ts'
import type { BeaconReference } from './header.ts'
import type { Certificate } from './vote.ts'

/** A final block below the one to be built. */
export interface SignedAncestor {
  readonly height: Height
  /** Its F certificate, by everybody who is known to have signed. */
  readonly certificate: Certificate
}

export interface BuildRequest {
  readonly instance: Instance
  readonly view: View
  /** Notarized; its execution is known to the application, which has built, verified or committed it. */
  readonly parent: Block
  /** Null if the parent is the instance's genesis. */
  readonly parentCertificate: Certificate | null
  /** Null before the instance has a final block, and for chains that don't count voters. */
  readonly signed: SignedAncestor | null
  /** The block's time in Unix ms, not before the parent's. */
  readonly time: number
  /** Seat of the proposer: this node. */
  readonly proposer: number
}

/** The application's part of a block. */
export interface Payload {
  readonly appHeader: Uint8Array
  readonly appBody: Uint8Array
  /** After executing the body. */
  readonly stateRoot: Hex
  readonly beaconRef: BeaconReference
}

export interface Application {
  /** Null if no block can be built now (say, no usable Beacon reference yet): the view then times out. */
  build(request: BuildRequest): Promise<Payload | null>
  /**
   * Executes `block` on `parent`, which has been built, verified or committed here before. True only if the body is valid and the
   * state root, and everything that `appHeader` claims, came out the same. Anything else that it waits for must have a deadline.
   * If `certified`, a quorum has found it valid when it came, so rules that depend on when it is judged don't apply: this node may
   * only be late.
   */
  verify(block: Block, parent: Block, certified: boolean): Promise<boolean>
  /**
   * `blocks` are final, in height order, each executed here before. `certificate` is the F certificate of the last. Must be durable
   * when the promise resolves. Called again with the same blocks after a crash, it changes nothing.
   */
  commit(blocks: readonly Block[], certificate: Certificate): Promise<void>
}
