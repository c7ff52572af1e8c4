/** What the supervisor and its child processes say to each other over IPC. Plain JSON. */

import type { Hex } from './bytes.ts'
import type { ChainPosition } from './forks.ts'
import type { NodeFaults } from './node-faults.ts'
import type { VmName } from './rollup-spec.ts'

/** Where a peer listens. `publicKey` is its raw Ed25519 network key (32 B). */
export interface PeerAddress {
  readonly publicKey: Hex
  readonly host: string
  readonly port: number
}

/** A seat that a validator acts in, or has left. */
export interface SeatReport {
  readonly type: 'seat'
  readonly validator: number
  readonly rollup: {
    readonly id: number
    readonly name: string
    readonly chainId: number
    readonly vm: VmName
  }
  readonly epoch: number
  readonly sub: number
  readonly seat: number
  /** Where the seat answers JSON-RPC over HTTP and WebSocket (one port); null once it has stopped. */
  readonly rpcUrl: string | null
}

/** Child to supervisor. */
export type NodeReport =
  | {
      readonly type: 'ready'
      /** As its configuration has it. */
      readonly validator: number | null
      readonly peer: PeerAddress
      readonly rpcUrl: string
    }
  | SeatReport
  /** Before it is ready: it goes on from a snapshot instead of executing what it has missed. */
  | { readonly type: 'synced'; readonly snapshotHeight: number }
  /** All that `node.js positions` says: the highest of each chain in the stores that it was given. */
  | { readonly type: 'positions'; readonly positions: readonly ChainPosition[] }
  /** The answer to `time`. */
  | { readonly type: 'timeSet' }
  /** The answer to `faults`. */
  | { readonly type: 'faultsSet' }
  /** The process can't go on and exits: rendered by the supervisor. */
  | {
      readonly type: 'failed'
      readonly code: string
      readonly name: string
      readonly message: string
      readonly hint: string
    }

/** Supervisor to child. */
export type NodeCommand =
  /** The whole address book; sent again whenever an address in it changes. */
  | { readonly type: 'peers'; readonly peers: readonly PeerAddress[] }
  /** How far blocks bear a time before the clock's from now on, and how far they may. */
  | { readonly type: 'time'; readonly aheadMs: number; readonly acceptedMs: number }
  /** All of them: those that were told before are over. */
  | { readonly type: 'faults'; readonly faults: NodeFaults }
