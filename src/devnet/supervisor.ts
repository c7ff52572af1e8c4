/**
 * Runs one devnet: has its processes started, stopped and watched, opens the gateways, and keeps endpoints.json true. A process that dies is
 * reported and stays down: what a network does with a dead member is what people are here to see. Nothing outlives it.
 */

import type { Fault } from '../config/fault.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { NodeReport } from '../primitives/process-messages.ts'
import { describeEndpoints } from './describe-endpoints.ts'
import { type Endpoints, readEndpoints } from './endpoints.ts'
import { EndpointsFile } from './endpoints-file.ts'
import type { DevnetEvent } from './events.ts'
import { ClientCare } from './faults/client-care.ts'
import type { ActiveFault } from './faults/fault-book.ts'
import { Faults, faultPeers } from './faults/faults.ts'
import type { DevnetFolder } from './folder.ts'
import type { GatewayExtension } from './gateway/extension.ts'
import { Gateways, type OpenRollup } from './gateways.ts'
import { NetworkProcesses } from './network-processes.ts'
import { waitForNetwork } from './network-up.ts'
import type { DevnetPlan, PlannedValidator } from './plan.ts'
import type { ProcessDeath, ProcessStatus } from './process-table.ts'
import { aliveRollups } from './resume.ts'
import type { ValidatorProgram } from './validator-node.ts'
import { type Warp, type Warped, warp } from './warp.ts'

export interface SupervisorOptions {
  readonly plan: DevnetPlan
  readonly folder: DevnetFolder
  readonly program: ValidatorProgram
  /** Whether the stores are empty. */
  readonly fresh: boolean
  /** Private key that pays on an L1 that isn't anvil. */
  readonly l1Key: Hex | null
  /** What a project adds to the gateways. */
  readonly extension?: GatewayExtension | null
  /** For everything to be up. */
  readonly timeoutMs: number
  readonly onEvent: (event: DevnetEvent) => void
}

export const FAULTS_TOO_EARLY = defineError<{ name: string }>({
  code: 'D704',
  name: 'FAULTS_TOO_EARLY',
  kind: 'environment',
  message: ({ name }) => `devnet '${name}' is still starting, and nothing can be done to it yet`,
  hint: () => '`beacon devnet up` returns when it is up; try again then',
})

export const ADDED_TOO_EARLY = defineError<{ name: string }>({
  code: 'D308',
  name: 'ADDED_TOO_EARLY',
  kind: 'environment',
  message: ({ name }) => `devnet '${name}' is still starting, and takes no further validator yet`,
  hint: () => '`beacon devnet up` returns when it is up; try again then',
})

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #processes: NetworkProcesses
  readonly #faults: Faults
  readonly #endpointsFile: EndpointsFile
  readonly #clientCare = new ClientCare(() => this.#gateways!)
  #gateways: Gateways | null = null
  /** Of rollups, in the last run. */
  #portsBefore: ReadonlyMap<string, number> = new Map()
  #opening: Promise<void> = Promise.resolve()
  #isUp = false
  /** What stops and starts processes happens one after the other. */
  #lastChange: Promise<unknown> = Promise.resolve()
  #isPaused = false
  #stopping: Promise<void> | null = null

  constructor(options: SupervisorOptions) {
    this.#options = options
    const { onEvent } = options
    this.#processes = new NetworkProcesses({
      ...options,
      faultsOf: (process) => this.#faults.ofNode(process),
      onReport: (report) => this.#onReport(report),
      onL1: (l1) => onEvent({ type: 'l1-ready', ...l1 }),
      onValidatorUp: ({ index, process }, pid, rpcUrl) => {
        this.#gateways!.validatorIsUp(index, rpcUrl)
        onEvent({ type: 'validator-ready', process, pid })
      },
      onValidatorDown: ({ index }) => this.#gateways!.validatorIsDown(index),
      onDeath: (death) => this.#died(death),
    })
    this.#faults = new Faults({
      peers: () => faultPeers(this.#processes.validators),
      processes: this.#processes,
      rollupIds: () => new Map(this.#gateways!.rollups.map(({ name, id }) => [name, id])),
    })
    this.#endpointsFile = new EndpointsFile(options.folder, () => this.endpoints, onEvent)
  }

  /** Once. Resolves when the network is up: its chains move. Rejects with what went wrong first, and everything stopped. */
  async start(): Promise<void> {
    try {
      await this.#start()
    } catch (cause) {
      await this.stop()
      throw cause
    }
  }

  get isUp(): boolean {
    return this.#isUp && !this.#isPaused && this.#stopping === null
  }

  get processes(): ProcessStatus[] {
    return this.#processes.statuses
  }

  /** All that belong to the network, running or not. */
  get validators(): readonly PlannedValidator[] {
    return this.#processes.validators
  }

  /** Those that are on. */
  get faults(): readonly ActiveFault[] {
    return this.#faults.active
  }

  get endpoints(): Endpoints {
    return describeEndpoints({
      ...this.#options,
      isRunning: this.#stopping === null,
      l1: this.#processes.l1,
      validators: this.#processes.validators,
      processes: this.processes,
      peers: this.#processes.peers,
      gateways: this.#gateways!,
    })
  }

  /** Stops a process if it runs, and starts it again. Resolves when it is ready. */
  restart(name: string): Promise<void> {
    return this.#change(async () => {
      this.#faults.forgetLife(name)
      await this.#processes.restart(name, this.#options.timeoutMs)
      this.#endpointsChanged()
    })
  }

  /** Starts a further validator, which is registered already. Resolves when it is ready; `keep` has been called before. */
  addValidator(validator: PlannedValidator, keep: () => void): Promise<void> {
    if (!this.#isUp) throw ADDED_TOO_EARLY({ name: this.#options.folder.name })
    return this.#change(async () => {
      if (this.#processes.validators.some(({ index }) => index === validator.index)) return
      keep()
      await this.#processes.addValidator(validator, this.#options.timeoutMs)
      this.#endpointsChanged()
    })
  }

  /** While it is stopped: those that the network has from now on. */
  replaceValidators(validators: readonly PlannedValidator[]): void {
    this.#processes.replaceValidators(validators)
  }

  /** Carries out a fault, or undoes some. Gives those that are on afterwards. */
  fault(fault: Fault): Promise<readonly ActiveFault[]> {
    if (!this.#isUp) throw FAULTS_TOO_EARLY({ name: this.#options.folder.name })
    return this.#change(async () => {
      try {
        await this.#faults.apply(fault, this.#options.timeoutMs)
      } finally {
        this.#clientCare.isOn = this.#faults.active.length > 0
      }
      this.#options.onEvent({ type: 'fault', fault })
      this.#endpointsChanged()
      return this.#faults.active
    })
  }

  /**
   * Does `work` while every process is stopped and the files are at rest; then the network goes on, whether that failed or not. URLs stay
   * what they are, and requests wait for a while. Faults are over, since every process starts anew. `restores`: the chains may be others
   * afterwards.
   */
  whileStopped<Result>(work: () => Promise<Result>, restores = false): Promise<Result> {
    return this.#change(async () => {
      this.#isPaused = true
      this.#faults.forgetAll()
      this.#clientCare.isOn = false
      try {
        await this.#processes.stopForNow()
        return await work().finally(() => this.#goOn(restores))
      } finally {
        this.#isPaused = false
        if (this.isUp) this.#endpointsFile.write()
      }
    })
  }

  /** Moves the time of all chains. */
  warp(wish: Warp, timeoutMs: number): Promise<Warped> {
    const { folder } = this.#options
    return this.#change(() =>
      warp(
        { folder, processes: this.#processes, gateways: this.#gateways!, left: timeLeft(timeoutMs) },
        wish,
      ),
    )
  }

  /** Stops every process and closes every port. Stopping twice is stopping once. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #start(): Promise<void> {
    const { plan, fresh, timeoutMs, onEvent } = this.#options
    const { validators, genesis } = plan
    onEvent({ type: 'starting', validators: validators.length, rollups: genesis.rollups.length })
    const left = timeLeft(timeoutMs)
    this.#opening = this.#openGateways()
    await this.#opening
    await this.#startProcesses(left)
    await waitForNetwork(this.#gateways!, plan, { fresh, timeoutMs: left() })
    this.#isUp = true
    this.#endpointsFile.writeNow()
  }

  async #openGateways(): Promise<void> {
    const { plan, folder, extension } = this.#options
    this.#portsBefore = portsOfLastRun(folder)
    this.#gateways = await Gateways.open(plan.ports, this.#portsBefore, extension ?? null)
    for (const [i, { name, chainId, vm }] of plan.genesis.rollups.entries()) {
      await this.#gateways.openRollup({ id: i + 1, name, chainId, vm }, i)
    }
  }

  async #startProcesses(left: () => number): Promise<void> {
    await this.#processes.startL1(left())
    await Promise.all([this.#processes.prepareL1(left()), this.#processes.startValidators(left)])
  }

  async #goOn(restored: boolean): Promise<void> {
    const { plan, timeoutMs } = this.#options
    const left = timeLeft(timeoutMs)
    if (restored) this.#gateways!.forgetChains()
    await this.#startProcesses(left)
    await waitForNetwork(this.#gateways!, plan, { fresh: false, timeoutMs: left() })
    if (!restored) return
    const alive = await aliveRollups(this.#gateways!)
    await this.#gateways!.keepOnly(alive.map(({ name }) => name))
  }

  #onReport(report: NodeReport): void {
    if (report.type !== 'seat') return
    const known = this.#gateways!.has(report.rollup.name)
    this.#gateways!.seatReported(report).then(
      () => {
        const opened = this.#gateways!.rollups.find(({ name }) => name === report.rollup.name)
        if (!known && opened !== undefined) {
          this.#rollupAppeared(opened)
        }
        this.#endpointsChanged()
      },
      (cause: Error) => this.#options.onEvent({ type: 'warning', message: cause.message }),
    )
  }

  #rollupAppeared({ name, gateway: { rpcUrl } }: OpenRollup): void {
    const { onEvent } = this.#options
    onEvent({ type: 'rollup-appeared', name, rpcUrl })
    const before = this.#portsBefore.get(name)
    if (before === undefined || before === Number(new URL(rpcUrl).port)) return
    const message = `rollup ${name} is at ${rpcUrl} from now on: its port of before, ${before}, is taken`
    onEvent({ type: 'warning', message })
  }

  #change<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#lastChange.then(change)
    this.#lastChange = done.catch(() => {})
    return done
  }

  #died(death: ProcessDeath): void {
    this.#faults.forgetLife(death.process)
    this.#options.onEvent({ type: 'process-died', ...death })
    this.#endpointsChanged()
  }

  #endpointsChanged(): void {
    if (this.#isUp && this.#stopping === null) this.#endpointsFile.writeSoon()
  }

  async #stop(): Promise<void> {
    this.#endpointsFile.close()
    this.#clientCare.isOn = false
    await this.#processes.stopForGood()
    if (this.#isUp) this.#endpointsFile.write()
    // Stopped while it starts, it must not leave ports behind that open a moment later.
    await this.#opening.catch(() => {})
    await this.#gateways?.close()
  }
}

/** Whoever comes back finds rollups where they were. */
function portsOfLastRun(folder: DevnetFolder): ReadonlyMap<string, number> {
  const rollups = readEndpoints(folder)?.rollups ?? []
  return new Map(rollups.map(({ name, rpcUrl }) => [name, Number(new URL(rpcUrl).port)]))
}

/** Of `timeoutMs` from now on, at least a millisecond. */
function timeLeft(timeoutMs: number): () => number {
  const deadline = Date.now() + timeoutMs
  return () => Math.max(deadline - Date.now(), 1)
}
