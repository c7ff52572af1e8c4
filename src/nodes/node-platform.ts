/**
 * Everything that a node's parts need of the machine they run on. A process gives them the real things (system-platform.ts); a simulation,
 * things that behave as badly as a seed wants, and the same way each time.
 */

import type { LoadRuntime } from '../beacon/runtime/runtime.ts'
import type { TlsTransportOptions } from '../network/tls-transport.ts'
import type { Transport } from '../network/transport.ts'
import type { Clock, KeyValueStore, Logger, Random, Timers } from '../platform/ports.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'
import type { VmFactory } from '../rollup/vm/factory.ts'
import type { RpcClient } from '../rpc/client.ts'
import type { Methods, RpcServer, RpcServerOptions } from '../rpc/server.ts'
import type { InstanceLogs } from './instance-logs.ts'
import type { SeatThread } from './seat-process.ts'

/** Of any thread of a node. */
export interface NodePlatform {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  /** Runs the callback once everything that came together has been taken in. */
  readonly endOfTurn: (callback: () => void) => void
  readonly signatures: SignatureScheme
  /** The vote key of a secret seed of 32 bytes. */
  readonly createVoteSigner: (seed: Uint8Array) => VoteSigner
  /** By its name in this thread's own folder. */
  readonly openStore: (name: string) => Promise<KeyValueStore>
  /** Write-ahead logs, in a folder of that name within this thread's own; '': in that itself. */
  readonly openLogs: (name: string) => InstanceLogs
  readonly serveRpc: (options: RpcServerOptions & { readonly methods: Methods }) => Promise<RpcServer>
}

/** Of one seat. */
export interface SeatPlatform extends NodePlatform {
  readonly vms: VmFactory
}

/** Of a validator's main thread. */
export interface ValidatorPlatform extends NodePlatform {
  readonly createTransport: (options: TlsTransportOptions) => Transport
  readonly connectRpc: (url: string) => RpcClient
  readonly loadRuntime: LoadRuntime
  /** A thread that waits for what its seat is started with. */
  readonly startSeatThread: () => SeatThread
}
