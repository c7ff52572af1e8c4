/** The machine as it is: its clock, its disk, its sockets and its threads. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { WasmRuntime } from '../beacon/runtime/wasm-runtime.ts'
import { createTlsTransport } from '../network/tls-transport.ts'
import { createBlsScheme, createVoteSigner } from '../platform/bls.ts'
import { type ComponentFiles, loadShipped } from '../platform/components/load.ts'
import { openLevelStore } from '../platform/level-store.ts'
import type { Logger } from '../platform/ports.ts'
import { systemClock, systemRandom, systemTimers } from '../platform/system.ts'
import { vmFactory } from '../rollup/vm/factory.ts'
import { createRpcClient } from '../rpc/client.ts'
import { startRpcServer } from '../rpc/server.ts'
import { createInstanceLogs } from './instance-logs.ts'
import type { NodePlatform, SeatPlatform, ValidatorPlatform } from './node-platform.ts'

/** `folder` is made if it doesn't exist. */
function createSystemPlatform(folder: string, logger: Logger): NodePlatform {
  mkdirSync(folder, { recursive: true })
  const random = systemRandom
  return {
    clock: systemClock,
    timers: systemTimers,
    random,
    logger,
    endOfTurn: setImmediate,
    signatures: createBlsScheme(),
    createVoteSigner,
    openStore: (name) => openLevelStore(join(folder, name)),
    openLogs: (name) => createInstanceLogs(join(folder, name)),
    serveRpc: (options) => startRpcServer(options, { logger, random }),
  }
}

/** `components` is where this installation's components are. */
export function createSeatPlatform(folder: string, logger: Logger, components: string): SeatPlatform {
  return {
    ...createSystemPlatform(folder, logger),
    vms: vmFactory((evm) => loadShipped(join(components, evm))),
  }
}

/** Of this installation. */
export interface InstalledFiles {
  /** The entry of a seat's thread. */
  readonly seatWorker: URL
  readonly components: ComponentFiles
}

export function createValidatorPlatform(
  folder: string,
  logger: Logger,
  { seatWorker, components }: InstalledFiles,
): ValidatorPlatform {
  const platform = createSystemPlatform(folder, logger)
  return {
    ...platform,
    createTransport: (options) => createTlsTransport(options, platform),
    connectRpc: createRpcClient,
    startSeatThread: () => new Worker(seatWorker, { name: 'seat' }),
    loadRuntime: (code) => WasmRuntime.load(code, components),
  }
}
