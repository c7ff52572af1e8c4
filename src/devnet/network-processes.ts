/**
 * The processes of one devnet's network: its L1 and its validators. Starts them, tells validators of one another, restarts one, and stops all,
 * for good or for a while. Enters: the plan. Leaves: what the processes report, and word of each that comes up or goes.
 */

import type { ChainTime } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { NodeFaults } from '../primitives/node-faults.ts'
import type { NodeReport, PeerAddress } from '../primitives/process-messages.ts'
import { waitForL1 } from '../settlement/anvil.ts'
import { type InboxDeployment, inboxAddress } from '../settlement/deploy.ts'
import { DEV_ACCOUNTS } from './dev-accounts.ts'
import { firstMessage } from './first-word.ts'
import type { DevnetFolder } from './folder.ts'
import { anvilReady, L1_PROCESS, prepareL1, setAnvilTime, spawnAnvil } from './l1-node.ts'
import { peerListener, peersOfLastRun } from './peer-listeners.ts'
import type { DevnetPlan, PlannedValidator } from './plan.ts'
import type { RunningProcess } from './process.ts'
import { type ProcessDeath, type ProcessStatus, ProcessTable } from './process-table.ts'
import { storedTimeAhead } from './time.ts'
import {
  spawnValidator,
  type ValidatorProgram,
  validatorReady,
  writeValidatorFiles,
} from './validator-node.ts'

export interface L1Address {
  readonly rpcUrl: string
  readonly chainId: number
}

export interface NetworkProcessesOptions {
  readonly plan: DevnetPlan
  readonly folder: DevnetFolder
  readonly program: ValidatorProgram
  /** Private key that pays on an L1 that isn't anvil. */
  readonly l1Key: Hex | null
  /** What the validator of this process is to suffer and to do. */
  readonly faultsOf: (process: string) => NodeFaults
  readonly onReport: (report: NodeReport) => void
  readonly onL1: (l1: L1Address) => void
  readonly onValidatorUp: (validator: PlannedValidator, pid: number, rpcUrl: string) => void
  readonly onValidatorDown: (validator: PlannedValidator) => void
  /** One ended that nobody stopped. */
  readonly onDeath: (death: ProcessDeath) => void
}

const ANVIL_CHAIN_ID = 31_337
/** A validator that hasn't heard by then has other troubles. */
const HEARD_MS = 2_000

export class NetworkProcesses {
  readonly #options: NetworkProcessesOptions
  readonly #table: ProcessTable
  #validators: readonly PlannedValidator[]
  readonly #addresses: Map<number, PeerAddress>
  #l1: L1Address | null = null

  constructor(options: NetworkProcessesOptions) {
    this.#options = options
    this.#validators = options.plan.validators
    this.#table = new ProcessTable(options.onDeath)
    this.#addresses = peersOfLastRun(options.folder)
  }

  /** Where validators listen or have listened, by their index. */
  get peers(): ReadonlyMap<number, PeerAddress> {
    return this.#addresses
  }

  /** All that belong to the network, running or not. */
  get validators(): readonly PlannedValidator[] {
    return this.#validators
  }

  get statuses(): ProcessStatus[] {
    return this.#table.statuses
  }

  /** Null before it is found, and if there is none. */
  get l1(): L1Address | null {
    return this.#l1
  }

  /** Resolves once the L1, if there is to be one, answers. */
  async startL1(timeoutMs: number): Promise<void> {
    const { l1 } = this.#options.plan.options
    if (l1 === 'none') return
    if (l1 === 'anvil') await this.#startAnvil(timeoutMs)
    else this.#l1 = { rpcUrl: l1, chainId: await waitForL1(l1, timeoutMs) }
    this.#options.onL1(this.#l1!)
  }

  /** Puts the inbox there, and money for those who post. */
  async prepareL1(timeoutMs: number): Promise<void> {
    if (this.#l1 === null) return
    const { plan, l1Key } = this.#options
    const payer = plan.options.l1 === 'anvil' ? DEV_ACCOUNTS[0]!.privateKey : l1Key
    const posters = this.#validators.map(({ poster }) => poster)
    await prepareL1(this.#l1.rpcUrl, inboxOf(plan), { payer, posters }, timeoutMs)
  }

  /** Resolves when all are ready and know of one another. */
  async startValidators(left: () => number): Promise<void> {
    await Promise.all(this.#validators.map((validator) => this.#startValidator(validator, left())))
    this.#sendPeers()
  }

  /** Resolves when it is ready, and known to the others. */
  async addValidator(validator: PlannedValidator, timeoutMs: number): Promise<void> {
    this.#validators = [...this.#validators, validator]
    await this.prepareL1(timeoutMs)
    await this.#startValidator(validator, timeoutMs)
    this.#sendPeers()
  }

  /** While all are stopped: those that the network has from now on. */
  replaceValidators(validators: readonly PlannedValidator[]): void {
    const staying = validators.map(({ process }) => process)
    for (const { index, process } of this.#validators) {
      if (staying.includes(process)) continue
      this.#table.forget(process)
      this.#addresses.delete(index)
    }
    this.#validators = validators
  }

  /** Stops a process if it runs, and starts it again. Resolves when it is ready. */
  async restart(name: string, timeoutMs: number): Promise<void> {
    await this.#table.stop(name)
    await this.startAgain([name], timeoutMs)
  }

  /** Those named have ended. Resolves when they are ready. */
  async startAgain(names: readonly string[], timeoutMs: number): Promise<void> {
    const validators = this.#validators.filter(({ process }) => names.includes(process))
    if (names.includes(L1_PROCESS)) await this.#startAnvil(timeoutMs)
    await Promise.all(validators.map((validator) => this.#startValidator(validator, timeoutMs)))
    this.#sendPeers()
  }

  /** Ends a process as a crash would. Resolves when it has ended. */
  kill(name: string): Promise<void> {
    return this.#table.kill(name)
  }

  pause(name: string): void {
    this.#table.pause(name)
  }

  resume(name: string): void {
    this.#table.resume(name)
  }

  /** Tells each validator of its faults, and resolves when all have heard; one that is paused hears when it goes on. */
  async tellFaults(): Promise<void> {
    const awake = this.#running.filter(({ name }) => !this.#table.isPaused(name))
    const heard = awake.map((running) => hasSaid(running, 'faultsSet'))
    for (const running of this.#running) this.#tellFaultsTo(running)
    await Promise.allSettled(heard)
  }

  /** Tells all validators, and resolves when each has heard it or is taken to be down. */
  async acceptTime(time: ChainTime): Promise<void> {
    const heard = this.#running.map((running) => hasSaid(running, 'timeSet'))
    this.tellTime(time)
    await Promise.allSettled(heard)
  }

  /** As {@link acceptTime}, for what needn't be heard by all before it is acted on. */
  tellTime({ aheadMs, acceptedMs }: ChainTime): void {
    for (const running of this.#running) running.send({ type: 'time', aheadMs, acceptedMs })
  }

  /** Resolves when the L1 has made a block of that time. */
  async setL1Time(aheadMs: number): Promise<void> {
    if (this.#l1 !== null) await setAnvilTime(this.#l1.rpcUrl, aheadMs)
  }

  /** Resolves when all have ended; they may be started again. */
  stopForNow(): Promise<void> {
    return this.#table.stopForNow()
  }

  /** As {@link stopForNow}, and what is started from now on is stopped at once. */
  stopForGood(): Promise<void> {
    return this.#table.stopForGood()
  }

  /** Started again, it takes the port that it had. */
  async #startAnvil(timeoutMs: number): Promise<void> {
    const { plan, folder } = this.#options
    const port = this.#l1 === null ? plan.ports.l1 : Number(new URL(this.#l1.rpcUrl).port)
    const running = await spawnAnvil(folder, { ...plan.l1, port, chainId: ANVIL_CHAIN_ID })
    await this.#table.add(running)
    this.#l1 = { rpcUrl: await anvilReady(running, port, timeoutMs), chainId: ANVIL_CHAIN_ID }
    // It forgets with each start.
    const aheadMs = storedTimeAhead(folder)
    if (aheadMs > 0) await setAnvilTime(this.#l1.rpcUrl, aheadMs)
    this.#table.isReady(L1_PROCESS)
  }

  async #startValidator(validator: PlannedValidator, timeoutMs: number): Promise<void> {
    const { plan, folder, program, onReport, onValidatorUp, onValidatorDown } = this.#options
    const name = validator.process
    // The inbox's address is known before it is deployed, so validators needn't wait for that.
    const l1 = this.#l1 === null ? null : { ...this.#l1, inbox: inboxAddress(inboxOf(plan)) }
    const listener = await peerListener(plan.options.peerHost, this.#addresses.get(validator.index))
    writeValidatorFiles(folder, validator, {
      peer: listener,
      l1,
      devAccounts: DEV_ACCOUNTS.map(({ privateKey }) => privateKey),
      timeAheadMs: storedTimeAhead(folder),
      logLevel: 'info',
      timing: plan.timing,
    })
    const running = await spawnValidator(folder, name, program)
    running.onMessage((message) => onReport(message as NodeReport))
    await this.#table.add(running)
    const { peer, rpcUrl } = await validatorReady(running, timeoutMs)
    this.#table.isReady(name)
    // Before it knows of any peer.
    this.#tellFaultsTo(running)
    this.#addresses.set(validator.index, peer)
    onValidatorUp(validator, running.pid, rpcUrl)
    void running.exited.then(() => onValidatorDown(validator))
  }

  get #running(): RunningProcess[] {
    return this.#table.alive.filter(({ name }) => name !== L1_PROCESS)
  }

  #tellFaultsTo(running: RunningProcess): void {
    running.send({ type: 'faults', faults: this.#options.faultsOf(running.name) })
  }

  #sendPeers(): void {
    const peers = [...this.#addresses.values()]
    for (const running of this.#running) running.send({ type: 'peers', peers })
  }
}

/** Rejects if it doesn't in time. */
function hasSaid(running: RunningProcess, type: NodeReport['type']): Promise<boolean> {
  return firstMessage(running, HEARD_MS, (message) => (message as NodeReport).type === type || undefined)
}

export function inboxOf({ genesisHash, l1 }: DevnetPlan): InboxDeployment {
  return { salt: genesisHash, challengeWindowBlocks: l1.challengeWindowBlocks }
}
