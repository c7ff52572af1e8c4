/**
 * A devnet from its folder to its end, in the process that calls: takes the lock, makes or resumes the files, runs the supervisor, and answers
 * other commands at the control socket.
 */

import { existsSync, readFileSync } from 'node:fs'
import { genesisToJson } from '../beacon/genesis-json.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import { checkRoom, keepAddedValidator, readAddedValidator, storedValidators } from './added-validators.ts'
import { CONTROL_REQUEST_INVALID, type ControlRequest, ControlSocket } from './control-socket.ts'
import type { Endpoints } from './endpoints.ts'
import type { DevnetEvent } from './events.ts'
import type { ActiveFault } from './faults/fault-book.ts'
import { readFault } from './faults/faults.ts'
import {
  createDevnetFolder,
  type DevnetFolder,
  devnetFolder,
  emptyDevnetFolder,
  writeJsonFile,
  writeTextFile,
} from './folder.ts'
import type { GatewayExtension } from './gateway/extension.ts'
import {
  type AddedValidator,
  type DevnetOptions,
  describeDifferences,
  type GivenOptions,
  resolveOptions,
  storedOptions,
} from './options.ts'
import { type DevnetPlan, planAddedValidator, planDevnet } from './plan.ts'
import type { ProcessStatus } from './process-table.ts'
import { clearLeftovers } from './saved/restore.ts'
import { checkL1, saveNetwork } from './saved/save.ts'
import { checkSnapshot, revertToSnapshot, takeSnapshot } from './saved/snapshots.ts'
import { newGenesisParts, readGenesisParts } from './stored-genesis.ts'
import { Supervisor } from './supervisor.ts'
import { WARP_EPOCHS_MAX, WARP_OUT_OF_RANGE, WARP_SECONDS_MAX } from './time.ts'
import type { ValidatorProgram } from './validator-node.ts'
import type { Warp } from './warp.ts'

export interface DevnetRequest {
  /** The folder of all devnets. */
  readonly root: string
  readonly name: string
  /** What was said; the rest is as stored, or by default. */
  readonly given: GivenOptions
  /** Of a project's configuration: stands in for what wasn't said when the devnet is made, and contradicts nothing when it is resumed. */
  readonly configured?: GivenOptions
  /** Throws away what is stored. */
  readonly fresh: boolean
  readonly timeoutMs: number
}

export interface DevnetSurroundings {
  readonly program: ValidatorProgram
  /** Private key that pays on an L1 that isn't anvil. */
  readonly l1Key: Hex | null
  /** What a project adds to the gateways. */
  readonly extension?: GatewayExtension | null
  readonly onEvent: (event: DevnetEvent) => void
}

/** The answer to `status` at the control socket. */
export interface DevnetStatus {
  readonly status: 'starting' | 'running'
  readonly pid: number
  readonly processes: readonly ProcessStatus[]
  readonly endpoints: Endpoints | null
  /** Those that are on, as `fault` switched them on. */
  readonly faults: readonly ActiveFault[]
}

const FOLDER_WATCH_MS = 500

export const GENESIS_CHANGED = defineError<{ path: string }>({
  code: 'D506',
  name: 'GENESIS_CHANGED',
  kind: 'user',
  message: ({ path }) =>
    `${path} was made by another version of beacon, which gives this seed another genesis`,
  hint: () => 'pass --fresh to make the devnet anew, or use the version that made it',
})

export const STOPPED_EARLY = defineError<{ name: string }>({
  code: 'D509',
  name: 'STOPPED_EARLY',
  kind: 'environment',
  message: ({ name }) => `devnet '${name}' was stopped before it was up`,
  hint: () => 'start it again with `beacon devnet up`: it goes on where it was',
})

export class Devnet {
  readonly #supervisor: Supervisor
  readonly #control: ControlSocket
  readonly #folder: DevnetFolder
  readonly #plan: DevnetPlan
  readonly #folderWatch: NodeJS.Timeout
  readonly #ended = Promise.withResolvers<void>()
  #stopping: Promise<void> | null = null
  #isStopAsked = false

  private constructor(
    supervisor: Supervisor,
    control: ControlSocket,
    folder: DevnetFolder,
    plan: DevnetPlan,
  ) {
    this.#supervisor = supervisor
    this.#control = control
    this.#folder = folder
    this.#plan = plan
    // Without its folder a devnet can't be reached any more, and would run until the machine stops.
    this.#folderWatch = setInterval(() => {
      if (!existsSync(folder.configFile)) void this.stop()
    }, FOLDER_WATCH_MS)
  }

  /** Resolves when the network is up. While it starts, it can be stopped by its control socket or by `abort`. */
  static async start(
    request: DevnetRequest,
    surroundings: DevnetSurroundings,
    abort?: AbortSignal,
  ): Promise<Devnet> {
    const folder = devnetFolder(request.root, request.name)
    createDevnetFolder(folder)
    const starting: { devnet: Devnet | null } = { devnet: null }
    const control = await ControlSocket.acquire(folder.path, async (asked) => {
      if (starting.devnet === null) throw CONTROL_REQUEST_INVALID({ reason: 'it is about to start' })
      return starting.devnet.#answer(asked)
    })
    try {
      const { plan, fresh } = prepareFiles(folder, request, surroundings.onEvent)
      const { timeoutMs } = request
      const supervisor = new Supervisor({ ...surroundings, plan, folder, fresh, timeoutMs })
      starting.devnet = new Devnet(supervisor, control, folder, plan)
      if (abort?.aborted) throw abort.reason
      abort?.addEventListener('abort', () => void starting.devnet?.stop())
      await supervisor.start()
      return starting.devnet
    } catch (cause) {
      // Stopping ends processes, which then are what the start failed of.
      const isStopped = abort?.aborted === true || starting.devnet?.isStopAsked === true
      await starting.devnet?.stop()
      await control.close()
      throw isStopped ? STOPPED_EARLY({ name: request.name }, cause) : cause
    }
  }

  /** Through its control socket. */
  get isStopAsked(): boolean {
    return this.#isStopAsked
  }

  get endpoints(): Endpoints {
    return this.#supervisor.endpoints
  }

  /** Resolves when the devnet has been stopped, by whomever. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Stops everything and releases the lock. Never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    clearInterval(this.#folderWatch)
    await this.#supervisor.stop()
    await this.#control.close()
    this.#ended.resolve()
  }

  async #answer({ method, params }: ControlRequest): Promise<unknown> {
    if (method === 'status') return this.#status()
    if (method === 'restart') return this.#supervisor.restart(String(params.process))
    if (method === 'fault') return this.#supervisor.fault(readFault(params.fault))
    if (method === 'checkRoom') return checkRoom(this.#supervisor.validators.length)
    if (method === 'addValidator') return this.#addValidator(readAddedValidator(params))
    if (method === 'snapshot') return this.#snapshot()
    if (method === 'revert') return this.#revert(String(params.snapshot))
    if (method === 'save') return this.#save(String(params.target))
    if (method === 'warp')
      return this.#supervisor.warp(readWarp(this.#plan, params), Number(params.timeoutMs))
    if (method !== 'stop') throw CONTROL_REQUEST_INVALID({ reason: `there is no method '${method}'` })
    this.#isStopAsked = true
    await this.#supervisor.stop()
    // The answer goes out first; the closed connection then says that the lock is free.
    setImmediate(() => void this.stop())
    return null
  }

  #addValidator(added: AddedValidator): Promise<void> {
    const validator = planAddedValidator(this.#plan.options.seed, added)
    return this.#supervisor.addValidator(validator, () => keepAddedValidator(this.#folder, added))
  }

  /** With the validators that were added since it started. */
  get #presentPlan(): DevnetPlan {
    return { ...this.#plan, validators: this.#supervisor.validators }
  }

  #snapshot(): Promise<string> {
    return this.#supervisor.whileStopped(() => takeSnapshot(this.#folder, this.#presentPlan))
  }

  #revert(id: string): Promise<void> {
    checkSnapshot(this.#folder, id)
    return this.#supervisor.whileStopped(async () => {
      await revertToSnapshot(this.#folder, id)
      this.#supervisor.replaceValidators(storedValidators(this.#folder))
    }, true)
  }

  #save(target: string): Promise<void> {
    return this.#supervisor.whileStopped(() => saveNetwork(this.#folder, this.#presentPlan, target))
  }

  #status(): DevnetStatus {
    const { isUp, processes, faults } = this.#supervisor
    return {
      status: isUp ? 'running' : 'starting',
      pid: process.pid,
      processes,
      endpoints: isUp ? this.#supervisor.endpoints : null,
      faults,
    }
  }
}

/** Throws WARP_OUT_OF_RANGE or L1_NOT_OURS. */
function readWarp({ options }: DevnetPlan, { by, amount }: ControlRequest['params']): Warp {
  const max = by === 'epochs' ? WARP_EPOCHS_MAX : WARP_SECONDS_MAX
  const wish: Warp = { by: by === 'epochs' ? 'epochs' : 'seconds', amount: Number(amount) }
  if (!Number.isInteger(wish.amount) || wish.amount < 1 || wish.amount > max) {
    throw WARP_OUT_OF_RANGE({ what: `${amount} ${wish.by}`, max })
  }
  checkL1(options)
  return wish
}

/** What a flag says has not differed; so what does is the configuration's. */
function warnOfDifferences(
  stored: DevnetOptions,
  wanted: GivenOptions,
  onEvent: (event: DevnetEvent) => void,
): void {
  const differing = describeDifferences(stored, wanted)
  if (differing === null) return
  const message = `devnet '${stored.name}' goes on as it was made, and not as the configuration has it: ${differing}; --fresh makes it anew`
  onEvent({ type: 'warning', message })
}

/** Called with the lock held. `fresh`: there is nothing to resume. */
function prepareFiles(
  folder: DevnetFolder,
  request: DevnetRequest,
  onEvent: (event: DevnetEvent) => void,
): { plan: DevnetPlan; fresh: boolean } {
  const { given, configured = {} } = request
  clearLeftovers(folder)
  const wanted = { ...configured, ...given }
  const ports = wanted.ports === undefined ? {} : { ports: wanted.ports }
  const stored = request.fresh ? null : storedOptions(folder, { ...ports, ...given })
  if (stored !== null) warnOfDifferences(stored, { ...configured, ...given }, onEvent)
  const options = stored ?? resolveOptions(folder.name, wanted)
  const plan = planDevnet(options, request.fresh ? newGenesisParts() : readGenesisParts(folder.genesisFile))
  const genesis = `${JSON.stringify(genesisToJson(plan.genesis), null, 2)}\n`
  if (request.fresh) emptyDevnetFolder(folder)
  const fresh = !existsSync(folder.genesisFile)
  if (!fresh && readFileSync(folder.genesisFile, 'utf8') !== genesis) {
    throw GENESIS_CHANGED({ path: folder.path })
  }
  writeJsonFile(folder.configFile, options)
  if (fresh) writeTextFile(folder.genesisFile, genesis)
  return { plan, fresh }
}
