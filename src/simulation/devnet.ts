/**
 * A simulated network that looks like a devnet from outside: a folder with endpoints.json and logs, real addresses for clients, and a control
 * socket that answers as a supervisor does. It lives in the process that made it, and its time passes while somebody waits for an answer.
 */

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochOf } from '../beacon/epochs.ts'
import { CONTROL_REQUEST_INVALID, type ControlRequest, ControlSocket } from '../devnet/control-socket.ts'
import { DEV_ACCOUNTS } from '../devnet/dev-accounts.ts'
import type { DevnetStatus } from '../devnet/devnet.ts'
import { describeValidators, type Endpoints, writeEndpoints } from '../devnet/endpoints.ts'
import { Faults, faultPeers, readFault } from '../devnet/faults/faults.ts'
import { createDevnetFolder, type DevnetFolder, devnetFolder } from '../devnet/folder.ts'
import type { DevnetOptions } from '../devnet/options.ts'
import { TEMPORARY_PREFIX } from '../devnet/tied.ts'
import type { Warp, Warped } from '../devnet/warp.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Logger } from '../platform/ports.ts'
import { SeededRandom } from '../platform/simulated/random.ts'
import { keccak256 } from '../primitives/hash.ts'
import { height } from '../primitives/ids.ts'
import { Clockwork } from './clockwork.ts'
import { Edges } from './edges.ts'
import { L1_CHAIN_ID } from './l1.ts'
import { SimulatedNetwork } from './network.ts'
import { SimulatedProcesses } from './processes.ts'

export const NOT_SIMULATED = defineError<{ method: string }>({
  code: 'K201',
  name: 'NOT_SIMULATED',
  kind: 'user',
  message: ({ method }) => `a simulated network has no '${method}'`,
  hint: () => 'leave out `simulated` for a network of real processes, which has it',
})

export const SIMULATION_STANDS = defineError<{ what: string; afterMs: number }>({
  code: 'K202',
  name: 'SIMULATION_STANDS',
  kind: 'environment',
  message: ({ what, afterMs }) => `${what} after ${afterMs} simulated ms`,
  hint: () => "see the logs in the devnet's folder; with faults on, heal them first",
})

const NAME = 'default'
/** For a network to begin, in simulated milliseconds. */
const START_MS = 30_000
/** For its chains to have blocks of a new time. */
const WARP_MS = 60_000
/** The first may have been begun before. */
const BLOCKS_AFTER_WARP = 2
/** Between nodes, in milliseconds: the longest that a message takes. */
const HOP_MS = 8
const L1_BLOCK_MS = 1_000

export class SimulatedDevnet {
  readonly folder: DevnetFolder
  readonly #root: string
  readonly #options: DevnetOptions
  readonly #network: SimulatedNetwork
  readonly #clockwork: Clockwork
  readonly #processes: SimulatedProcesses
  readonly #faults: Faults
  readonly #logger: Logger
  #control!: ControlSocket
  #edges!: Edges
  #aheadMs = 0

  /** Resolves when the network is up, in a temporary folder. The same options give the same network, which does the same when it is asked the same. */
  static async start(options: DevnetOptions): Promise<SimulatedDevnet> {
    const root = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX))
    const folder = devnetFolder(root, NAME)
    createDevnetFolder(folder)
    const loggerOf = (process: string) => fileLogger(folder.logFile(process))
    const random = new SeededRandom(new DataView(keccak256(Buffer.from(options.seed)).buffer).getInt32(0))
    const network = await SimulatedNetwork.create(
      {
        devnet: options,
        conditions: { delayMs: () => 1 + random.below(HOP_MS), isCut: () => false, breakAfterMs: START_MS },
        l1: { blockMs: L1_BLOCK_MS, finalityBlocks: 2 },
        loggerOf: (machine) => loggerOf(`validator-${machine}`),
      },
      random,
    )
    const devnet = new SimulatedDevnet(root, folder, options, network, loggerOf('simulation'))
    await devnet.#begin()
    return devnet
  }

  private constructor(
    root: string,
    folder: DevnetFolder,
    options: DevnetOptions,
    network: SimulatedNetwork,
    logger: Logger,
  ) {
    this.#root = root
    this.folder = folder
    this.#options = options
    this.#network = network
    this.#logger = logger
    this.#clockwork = new Clockwork(network.time)
    this.#processes = new SimulatedProcesses({
      network,
      clockwork: this.#clockwork,
      logFile: (process) => folder.logFile(process),
      faultsOf: (process) => this.#faults.ofNode(process),
    })
    this.#faults = new Faults({
      peers: () => faultPeers(network.plan.validators),
      processes: this.#processes,
      rollupIds: () => new Map(this.#edges.describeRollups().map(({ name, id }) => [name, id])),
    })
  }

  /** Ends everything and removes the folder. */
  async stop(): Promise<void> {
    await this.#edges.close()
    await this.#control.close()
    for (const machine of this.#network.machines) machine.kill()
    rmSync(this.#root, { recursive: true, force: true })
  }

  async #begin(): Promise<void> {
    const network = this.#network
    this.#control = await ControlSocket.acquire(this.folder.path, (request) => this.#answer(request))
    this.#edges = await Edges.open({
      network,
      clockwork: this.#clockwork,
      logger: this.#logger,
      hasL1: this.#options.l1 !== 'none',
      onChange: () => this.#tell(),
    })
    network.onSeat = (report) => this.#edges.notice(report)
    network.start()
    const isUp = () => this.#edges.rollups.every(({ head }) => head >= 1)
    if (!(await this.#clockwork.until(isUp, START_MS)))
      throw SIMULATION_STANDS({ what: 'not all chains have begun', afterMs: START_MS })
    this.#tell()
  }

  async #answer({ method, params }: ControlRequest): Promise<unknown> {
    // Somebody who asks again and again waits for something.
    if (method === 'status') return this.#clockwork.perform(() => this.#status())
    if (method === 'restart') {
      const name = String(params.process)
      this.#faults.forgetLife(name)
      await this.#clockwork.perform(() => this.#processes.restart(name))
      return this.#tell()
    }
    if (method === 'fault') {
      const fault = readFault(params.fault)
      await this.#clockwork.perform(() => this.#faults.apply(fault, START_MS))
      this.#tell()
      return this.#faults.active
    }
    if (method === 'warp') return this.#warp({ by: params.by, amount: params.amount } as Warp)
    if (['snapshot', 'revert', 'save', 'addValidator'].includes(method)) throw NOT_SIMULATED({ method })
    throw CONTROL_REQUEST_INVALID({ reason: `there is no method '${method}'` })
  }

  async #warp({ by, amount }: Warp): Promise<Warped> {
    const { time, machines, l1, plan } = this.#network
    const { params } = plan.genesis
    if (by === 'seconds') {
      this.#aheadMs += amount * 1_000
      l1.aheadMs = this.#aheadMs
      for (const machine of machines) machine.setTime({ aheadMs: this.#aheadMs, acceptedMs: this.#aheadMs })
    }
    const { beacon, rollups } = this.#edges
    const beaconBefore = beacon.head
    const before = new Map(rollups.map((rollup) => [rollup, rollup.head]))
    const blocks = by === 'epochs' ? amount * params.epochLength : BLOCKS_AFTER_WARP
    const isThere = () =>
      beacon.head >= beaconBefore + blocks &&
      // Some may have ended on the way.
      this.#edges.aliveRollups.every((rollup) => rollup.head > (before.get(rollup) ?? 0))
    const limitMs = WARP_MS + 4 * blocks * params.blockTimeMs
    if (!(await this.#clockwork.until(isThere, limitMs)))
      throw SIMULATION_STANDS({ what: 'not all chains have got to the new time', afterMs: limitMs })
    const epoch = epochOf(height(beacon.head + 1), params.epochLength)
    return { time: time.now() + this.#aheadMs, aheadMs: this.#aheadMs, epoch }
  }

  #status(): DevnetStatus {
    return {
      status: 'running',
      pid: process.pid,
      processes: this.#processes.statuses,
      endpoints: this.#endpoints(),
      faults: this.#faults.active,
    }
  }

  #tell(): void {
    writeEndpoints(this.folder, this.#endpoints())
  }

  #endpoints(): Endpoints {
    const { plan, genesis, l1 } = this.#network
    const { l1Url, beaconUrl } = this.#edges
    return {
      schemaVersion: 1,
      name: this.folder.name,
      status: 'running',
      dir: this.folder.path,
      seed: this.#options.seed,
      pid: process.pid,
      l1: l1Url === null ? null : { rpcUrl: l1Url, chainId: L1_CHAIN_ID },
      beacon: {
        rpcUrl: beaconUrl,
        chainId: genesis.chainId,
        genesisHash: this.#network.genesisHash,
        validators: describeValidators(plan.validators, this.#processes.statuses, new Map()),
      },
      rollups: this.#edges.describeRollups(),
      contracts: l1Url === null ? {} : { inbox: l1.inbox },
      accounts: DEV_ACCOUNTS.map(({ address, privateKey }) => ({ address, privateKey })),
    }
  }
}

/** Lines as nodes write them, with no time but the simulated one in them. */
function fileLogger(file: string): Logger {
  const write = (level: string) => (fields: object, msg: string) =>
    appendFileSync(file, `${JSON.stringify({ level, ...fields, msg })}\n`)
  const logger: Logger = {
    debug: () => {},
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  }
  return logger
}
