/**
 * Runs one devnet: starts its processes, tells validators of one another, watches, restarts one on request, and stops everything. A process
 * that dies is reported and stays down: what a network does with a dead member is what people are here to see. Nothing outlives it.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { Hex } from '../primitives/bytes.ts'
import type { NodeReport, PeerAddress } from '../primitives/process-messages.ts'
import { waitForL1 } from '../settlement/anvil.ts'
import { type InboxDeployment, inboxAddress } from '../settlement/deploy.ts'
import { DEV_ACCOUNTS } from './dev-accounts.ts'
import {
  describeRollup,
  describeValidators,
  type Endpoints,
  readEndpoints,
  writeEndpoints,
} from './endpoints.ts'
import type { DevnetFolder } from './folder.ts'
import type { GatewayExtension } from './gateway/extension.ts'
import { Gateways, type OpenRollup } from './gateways.ts'
import { anvilReady, L1_PROCESS, prepareL1, spawnAnvil } from './l1-node.ts'
import type { DevnetPlan, PlannedValidator } from './plan.ts'
import { type ProcessDeath, type ProcessStatus, ProcessTable } from './process-table.ts'
import { waitForBlock } from './readiness.ts'
import { waitForRollups } from './resume.ts'
import {
  spawnValidator,
  type ValidatorProgram,
  validatorReady,
  writeValidatorFiles,
} from './validator-node.ts'

export type DevnetEvent =
  /** The first. */
  | { readonly type: 'starting'; readonly validators: number; readonly rollups: number }
  | { readonly type: 'l1-ready'; readonly rpcUrl: string; readonly chainId: number }
  | { readonly type: 'validator-ready'; readonly process: string; readonly pid: number }
  | { readonly type: 'rollup-appeared'; readonly name: string; readonly rpcUrl: string }
  | ({ readonly type: 'process-died' } & ProcessDeath)
  /** Something that people should know and that stops nothing. */
  | { readonly type: 'warning'; readonly message: string }

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

/** Reports come in bursts, at the start and at each epoch. */
const ENDPOINTS_DELAY_MS = 50
/** Beyond this a seat is taken to be down, which is no reason not to go on. */
const COMMITTEE_WAIT_MS = 2_000
const POLL_MS = 20
const ANVIL_CHAIN_ID = 31_337

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #processes = new ProcessTable((death) => this.#died(death))
  readonly #addresses = new Map<number, PeerAddress>()
  #gateways: Gateways | null = null
  /** Of rollups, in the last run. */
  #portsBefore: ReadonlyMap<string, number> = new Map()
  #opening: Promise<void> = Promise.resolve()
  #l1: { readonly rpcUrl: string; readonly chainId: number } | null = null
  #isUp = false
  #stopping: Promise<void> | null = null
  #endpointsTimer: NodeJS.Timeout | undefined

  constructor(options: SupervisorOptions) {
    this.#options = options
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
    return this.#isUp && this.#stopping === null
  }

  get processes(): ProcessStatus[] {
    return this.#processes.statuses
  }

  get endpoints(): Endpoints {
    const { plan, folder } = this.#options
    return {
      schemaVersion: 1,
      name: folder.name,
      status: this.#stopping === null ? 'running' : 'stopped',
      dir: folder.path,
      seed: plan.options.seed,
      pid: process.pid,
      l1: this.#l1,
      beacon: {
        rpcUrl: this.#gateways!.beacon.rpcUrl,
        chainId: plan.genesis.chainId,
        genesisHash: plan.genesisHash,
        validators: describeValidators(plan, this.processes),
      },
      rollups: this.#gateways!.rollups.map((rollup) => describeRollup(rollup, plan)),
      contracts: this.#l1 === null ? {} : { inbox: inboxAddress(inboxOf(plan)) },
      accounts: [...DEV_ACCOUNTS],
    }
  }

  /** Stops a process if it runs, and starts it again. Resolves when it is ready. */
  async restart(name: string): Promise<void> {
    const { plan, timeoutMs } = this.#options
    await this.#processes.stop(name)
    const validator = plan.validators.find(({ process }) => process === name)
    if (validator === undefined) await this.#startAnvil(timeoutMs)
    else await this.#startValidator(validator, timeoutMs)
    this.#sendPeers()
    this.#endpointsChanged()
  }

  /** Stops every process and closes every port. Stopping twice is stopping once. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #start(): Promise<void> {
    const { plan, folder, timeoutMs, onEvent } = this.#options
    const { validators, rollups } = plan.genesis
    onEvent({ type: 'starting', validators: validators.length, rollups: rollups.length })
    const deadline = Date.now() + timeoutMs
    const left = () => Math.max(deadline - Date.now(), 1)
    this.#opening = this.#openGateways()
    await this.#opening
    await this.#findL1(left())
    // The inbox's address is known before it is deployed, so validators needn't wait for that.
    await Promise.all([this.#prepareL1(left()), this.#startBeacon(left)])
    this.#isUp = true
    writeEndpoints(folder, this.endpoints)
  }

  async #openGateways(): Promise<void> {
    const { plan, folder, extension } = this.#options
    this.#portsBefore = portsOfLastRun(folder)
    this.#gateways = await Gateways.open(plan.ports, this.#portsBefore, extension ?? null)
    for (const [i, { name, chainId }] of plan.genesis.rollups.entries()) {
      await this.#gateways.openRollup({ id: i + 1, name, chainId }, i)
    }
  }

  async #startBeacon(left: () => number): Promise<void> {
    const { validators } = this.#options.plan
    await Promise.all(validators.map((validator) => this.#startValidator(validator, left())))
    this.#sendPeers()
    await this.#chainsMove(left())
  }

  async #findL1(timeoutMs: number): Promise<void> {
    const { l1 } = this.#options.plan.options
    if (l1 === 'none') return
    if (l1 === 'anvil') await this.#startAnvil(timeoutMs)
    else this.#l1 = { rpcUrl: l1, chainId: await waitForL1(l1, timeoutMs) }
    this.#options.onEvent({ type: 'l1-ready', ...this.#l1! })
  }

  /** Started again, it takes the port that it had. */
  async #startAnvil(timeoutMs: number): Promise<void> {
    const { plan, folder } = this.#options
    const port = this.#l1 === null ? plan.ports.l1 : Number(new URL(this.#l1.rpcUrl).port)
    const running = await spawnAnvil(folder, { ...plan.l1, port, chainId: ANVIL_CHAIN_ID })
    await this.#processes.add(running)
    this.#l1 = { rpcUrl: await anvilReady(running, port, timeoutMs), chainId: ANVIL_CHAIN_ID }
    this.#processes.isReady(L1_PROCESS)
  }

  async #prepareL1(timeoutMs: number): Promise<void> {
    if (this.#l1 === null) return
    const { plan, l1Key } = this.#options
    const payer = plan.options.l1 === 'anvil' ? DEV_ACCOUNTS[0]!.privateKey : l1Key
    const posters = plan.validators.map(({ poster }) => poster)
    await prepareL1(this.#l1.rpcUrl, inboxOf(plan), { payer, posters }, timeoutMs)
  }

  async #startValidator(validator: PlannedValidator, timeoutMs: number): Promise<void> {
    const { plan, folder, program, onEvent } = this.#options
    const name = validator.process
    const l1 = this.#l1 === null ? null : { ...this.#l1, inbox: inboxAddress(inboxOf(plan)) }
    writeValidatorFiles(folder, validator, {
      l1,
      devAccounts: DEV_ACCOUNTS.map(({ privateKey }) => privateKey),
      logLevel: 'info',
      timing: plan.timing,
    })
    const running = await spawnValidator(folder, name, program)
    running.onMessage((message) => this.#onReport(message as NodeReport))
    await this.#processes.add(running)
    const { peer, rpcUrl } = await validatorReady(running, timeoutMs)
    this.#processes.isReady(name)
    this.#addresses.set(validator.index, peer)
    this.#gateways!.validatorIsUp(validator.index, rpcUrl)
    onEvent({ type: 'validator-ready', process: name, pid: running.pid })
    void running.exited.then(() => this.#gateways!.validatorIsDown(validator.index))
  }

  #sendPeers(): void {
    const peers = [...this.#addresses.values()]
    for (const running of this.#processes.alive) running.send({ type: 'peers', peers })
  }

  async #chainsMove(timeoutMs: number): Promise<void> {
    const { fresh } = this.#options
    const { beacon, rollups } = this.#gateways!
    const chains = fresh ? [beacon, ...rollups.map(({ gateway }) => gateway)] : [beacon]
    await Promise.all(chains.map((gateway) => waitForBlock(gateway, fresh, timeoutMs)))
    if (!fresh) await waitForRollups(this.#gateways!, timeoutMs)
    await this.#committeesComplete()
  }

  /** A quorum makes blocks; whoever asks for the committee wants to see all of it. */
  async #committeesComplete(): Promise<void> {
    const { rollups } = this.#options.plan.genesis
    const isComplete = () =>
      rollups.every(({ name, sequencers }) => this.#gateways!.seats(name).length >= sequencers)
    const deadline = Date.now() + COMMITTEE_WAIT_MS
    while (!isComplete() && Date.now() < deadline) await delay(POLL_MS)
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

  #died(death: ProcessDeath): void {
    this.#options.onEvent({ type: 'process-died', ...death })
    this.#endpointsChanged()
  }

  #endpointsChanged(): void {
    if (!this.#isUp || this.#stopping !== null) return
    this.#endpointsTimer ??= setTimeout(() => {
      this.#endpointsTimer = undefined
      this.#writeEndpoints()
    }, ENDPOINTS_DELAY_MS)
  }

  /** A disk that fills up while the network runs doesn't stop it. */
  #writeEndpoints(): void {
    try {
      writeEndpoints(this.#options.folder, this.endpoints)
    } catch (cause) {
      this.#options.onEvent({ type: 'warning', message: (cause as Error).message })
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#endpointsTimer)
    await this.#processes.stopAll()
    if (this.#isUp) this.#writeEndpoints()
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

function inboxOf({ genesisHash, l1 }: DevnetPlan): InboxDeployment {
  return { salt: genesisHash, challengeWindowBlocks: l1.challengeWindowBlocks }
}
