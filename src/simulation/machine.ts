/**
 * The machine of one simulated validator: a clock, a disk, a place in the network, and the validator's process, which may be killed at any
 * moment and started again on what the disk holds. The validator is the one that runs in production.
 */

import type { BeaconGenesis } from '../beacon/genesis.ts'
import type { LoadRuntime } from '../beacon/runtime/runtime.ts'
import type { NodeConfig, NodeKeys } from '../config/node-config.ts'
import { createIdentity } from '../network/certificate.ts'
import type { SimulatedLinks } from '../network/simulated-links.ts'
import type { NodePlatform, ValidatorPlatform } from '../nodes/node-platform.ts'
import { type RunningValidator, startValidator } from '../nodes/validator.ts'
import type { ChainTime, Logger } from '../platform/ports.ts'
import { LocalTime } from '../platform/simulated/local-time.ts'
import type { SeededRandom } from '../platform/simulated/random.ts'
import type { SimulatedTime } from '../platform/simulated/time.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import type { NodeFaults } from '../primitives/node-faults.ts'
import type { SeatReport } from '../primitives/process-messages.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'
import type { VmFactory } from '../rollup/vm/factory.ts'
import type { Methods, RpcServer, RpcServerOptions } from '../rpc/server.ts'
import { MachineDisk } from './disk.ts'
import type { SimulatedL1Rpc } from './l1-rpc.ts'
import { SimulatedProcess } from './process.ts'
import { SimulatedSeatThread } from './seat-thread.ts'

export interface MachineOptions {
  readonly index: number
  readonly keys: NodeKeys
  readonly genesis: BeaconGenesis
  readonly signer: VoteSigner
  /** The inbox on the L1; null if there is no L1. */
  readonly inbox: Hex | null
  readonly timing: NodeConfig['timing']
  readonly clockDrift: number
  readonly loadRuntime: LoadRuntime
}

export interface MachineWorld {
  readonly time: SimulatedTime
  readonly random: SeededRandom
  readonly links: SimulatedLinks
  readonly l1: SimulatedL1Rpc
  readonly signatures: SignatureScheme
  readonly vms: VmFactory
  readonly loggerOf: (machine: number) => Logger
  /** A seat of this machine's validator has begun or ended. */
  readonly onSeat: (report: SeatReport) => void
  /** The validator gave up, as it must when its disk is full. */
  readonly onFailure: (machine: number, cause: unknown) => void
}

export const L1_URL = 'simulated:l1'

export class Machine {
  readonly index: number
  readonly disk: MachineDisk
  readonly clock: LocalTime
  readonly networkKey: Hex
  /** RPC methods that its validator and its seats serve now, by URL. */
  readonly services = new Map<string, Methods>()
  readonly #options: MachineOptions
  readonly #world: MachineWorld
  #process: SimulatedProcess | null = null
  #validator: RunningValidator | null = null
  #served = 0
  readonly #threads = new Set<SimulatedSeatThread>()
  #timeAheadMs = 0

  constructor(options: MachineOptions, world: MachineWorld) {
    this.index = options.index
    this.#options = options
    this.#world = world
    this.disk = new MachineDisk(world.random)
    this.clock = new LocalTime(world.time, 1 + options.clockDrift)
    this.networkKey = createIdentity(fromHex(options.keys.network, 32)).publicKey
  }

  get isUp(): boolean {
    return this.#process !== null
  }

  /** Its validator answers and takes part. */
  get isReady(): boolean {
    return this.#validator !== null
  }

  get isPaused(): boolean {
    return this.#process?.isPaused ?? false
  }

  /** Where its validator answers, for the Beacon Layer; null while it is down or starts. */
  get beaconUrl(): string | null {
    const url = beaconUrlOf(this.index)
    return this.services.has(url) ? url : null
  }

  start(): void {
    if (this.#process !== null) return
    const process = new SimulatedProcess(this.#world.time, this.clock)
    this.#process = process
    process.after(0, () => void this.#run(process))
  }

  /** The process ends as by SIGKILL. */
  kill(): void {
    if (this.#leave()) this.disk.abandon()
  }

  /** The machine loses power. */
  losePower(): void {
    this.#leave()
    this.disk.losePower()
  }

  /** Its seats' threads end, as if each had failed. */
  endSeats(): void {
    for (const thread of this.#threads) void thread.terminate()
  }

  /** Its process stands still; its connections stay. */
  pause(): void {
    this.#process?.pause()
  }

  resume(): void {
    this.#process?.resume()
  }

  /** How far before its clock blocks bear their times from now on, and how far others' may; also after a restart. */
  setTime(time: ChainTime): void {
    this.#timeAheadMs = time.aheadMs
    this.#validator?.setTime(time)
  }

  /** What its validator is made to suffer and to do; forgotten when its process ends. */
  setFaults(faults: NodeFaults): void {
    this.#validator?.setFaults(faults)
  }

  /** Asks the process to end; resolves when it has. */
  async stop(): Promise<void> {
    const process = this.#process
    this.#world.time.awaitPromises()
    await this.#validator?.stop()
    if (this.#process === process) this.kill()
  }

  async #run(process: SimulatedProcess): Promise<void> {
    const fail = (cause: unknown) => {
      if (!process.isAlive) return
      this.kill()
      this.#world.onFailure(this.index, cause)
    }
    try {
      const { keys, genesis } = this.#options
      const validator = await startValidator(this.#config(), keys, genesis, {
        platform: this.#platform(process),
        report: (report) => {
          if (process.isAlive && report.type === 'seat') this.#world.onSeat(report)
        },
        fail,
      })
      if (process.isAlive) this.#validator = validator
    } catch (cause) {
      fail(cause)
    }
  }

  /** True if there was a process. */
  #leave(): boolean {
    const process = this.#process
    if (process === null) return false
    process.kill()
    this.#process = null
    this.#validator = null
    this.services.clear()
    this.#threads.clear()
    this.#world.links.leave(this.networkKey)
    return true
  }

  #config(): NodeConfig {
    const { index, inbox, timing } = this.#options
    const folder = `validator-${index}`
    return {
      schemaVersion: 1,
      validator: index,
      dataDir: folder,
      genesisFile: '',
      keysFile: '',
      peer: { host: 'simulated', port: 0 },
      peers: [],
      sync: 'genesis',
      rpc: { host: 'simulated', port: 0 },
      l1: inbox === null ? null : { rpcUrl: L1_URL, chainId: 0, inbox },
      devAccounts: [],
      timing,
      timeAheadMs: this.#timeAheadMs,
      logLevel: 'error',
    }
  }

  #platform(process: SimulatedProcess): ValidatorPlatform {
    const { links, l1 } = this.#world
    return {
      ...this.#parts('beacon', process),
      serveRpc: async ({ methods }) => this.#serve(beaconUrlOf(this.index), methods, process),
      createTransport: ({ isAllowed = () => true }) =>
        links.join({
          publicKey: this.networkKey,
          isAllowed,
          enter: (event) => process.enter(event),
          get isAlive() {
            return process.isAlive
          },
        }),
      connectRpc: (url) => l1.connect(url, process),
      loadRuntime: this.#options.loadRuntime,
      startSeatThread: () => {
        const thread = new SimulatedSeatThread(process, {
          platformOf: (data, own) => ({ ...this.#parts(data.dataDir, own), vms: this.#world.vms }),
          onGone: (data) => {
            this.disk.abandonStores(data.dataDir)
            this.#threads.delete(thread)
          },
        })
        this.#threads.add(thread)
        return thread
      },
    }
  }

  /** `folder` is the thread's own. */
  #parts(folder: string, process: SimulatedProcess): NodePlatform {
    const { random, signatures, loggerOf } = this.#world
    return {
      clock: this.clock,
      timers: process,
      random,
      logger: loggerOf(this.index),
      endOfTurn: (callback) => void process.after(0, callback),
      signatures,
      createVoteSigner: () => this.#options.signer,
      openStore: (name) => this.disk.openStore(`${folder}/${name}`, process),
      openLogs: (name) => this.disk.openLogs(`${folder}/${name}`, process),
      serveRpc: async ({ methods }: RpcServerOptions & { readonly methods: Methods }) =>
        this.#serve(`simulated:seat-${this.index}-${this.#served++}`, methods, process),
    }
  }

  #serve(url: string, methods: Methods, process: SimulatedProcess): RpcServer {
    this.services.set(url, methods)
    return {
      host: 'simulated',
      port: 0,
      url,
      close: async () => {
        if (process.isAlive) this.services.delete(url)
      },
    }
  }
}

function beaconUrlOf(index: number): string {
  return `simulated:validator-${index}`
}
