/** A running network in the hands of test code: its chains, accounts, processes, and the ways of transactions. */

import { createRollup } from '../cli/create-rollup.ts'
import { fetchStatus } from '../cli/network.ts'
import type { Trace, TraceStep } from '../cli/trace.ts'
import { askSupervisor } from '../devnet/control-client.ts'
import type { Endpoints } from '../devnet/endpoints.ts'
import { describeEnvironment } from '../devnet/environment.ts'
import type { ActiveFault } from '../devnet/faults/fault-book.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { copyLogs, readLastLines } from '../devnet/logs.ts'
import type { ProcessStatus } from '../devnet/process-table.ts'
import { saveDevnet } from '../devnet/saved/save-devnet.ts'
import type { Warped } from '../devnet/warp.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Rung } from '../primitives/ladder.ts'
import { type ChainParts, type Ethers, type RpcRequest, type TestAccount, TestChain } from './chain.ts'
import { TestFaults } from './faults.ts'
import { LiveNetwork } from './live-network.ts'
import { openNetworks } from './open-networks.ts'
import { TestRollup } from './rollup.ts'
import { hashOf, type TransactionLike, traceHash, WAIT_MS, type WaitOptions, waitForStep } from './wait.ts'

/** Everything has a default. */
export interface RollupOptions {
  readonly name?: string
  /** Seats of its committee: 5. */
  readonly sequencers?: number
  readonly chainId?: number
  /** 0, the default: a block as soon as there is work. */
  readonly blockTimeMs?: number
  /** Wei of the Beacon token. */
  readonly minStake?: bigint
  /** It ends by itself so long, by the chains' time, after its registration or the genesis; never if left out. */
  readonly lifetimeMs?: number
}

/** The Beacon Layer speaks `beacon_` methods rather than Ethereum's. */
export interface TestBeacon {
  readonly rpcUrl: string
  readonly chainId: number
  readonly genesisHash: Hex
  readonly validators: Endpoints['beacon']['validators']
  request<Result = unknown>(request: RpcRequest): Promise<Result>
}

export interface DevnetParts {
  readonly folder: DevnetFolder
  readonly ethers: Ethers
  /** What happens to the network when test code is done with it. */
  readonly end: () => Promise<void>
}

const SEQUENCERS = 5
const PROCESS_MS = 30_000
/** For all processes to stop and start. */
const STANDSTILL_MS = 60_000
const LOG_LINES_MAX = 100_000

export const ROLLUP_NOT_NAMED = defineError<{ known: readonly string[] }>({
  code: 'T101',
  name: 'ROLLUP_NOT_NAMED',
  kind: 'user',
  message: ({ known }) =>
    known.length === 0 ? 'this devnet has no rollup' : `this devnet has ${known.length} rollups`,
  hint: ({ known }) =>
    known.length === 0
      ? 'make one with `createRollup`, or ask for it when the devnet is created'
      : `name one of them: ${known.join(', ')}`,
})

export const NO_L1 = defineError({
  code: 'T104',
  name: 'NO_L1',
  kind: 'user',
  message: () => 'this devnet has no L1',
  hint: () => "leave out `l1: 'none'` when it is created",
})

export class TestDevnet implements AsyncDisposable {
  readonly accounts: readonly TestAccount[]
  readonly beacon: TestBeacon
  /** Breaks the network in a given way, and mends it. */
  readonly fault: TestFaults
  readonly #parts: DevnetParts
  readonly #network: LiveNetwork
  readonly #rollups = new Map<string, TestRollup>()
  readonly #ends: (() => void)[] = []
  #l1: TestChain | undefined
  #ending: Promise<void> | undefined

  constructor(parts: DevnetParts) {
    this.#parts = parts
    this.#network = new LiveNetwork(parts.folder)
    const { accounts, beacon } = this.#network.endpoints
    this.accounts = accounts
    const request = async <Result>({ method, params = [] }: RpcRequest) =>
      (await this.#network.beacon.request(method, params as readonly unknown[])) as Result
    this.beacon = { ...beacon, request }
    this.fault = new TestFaults({
      endpoints: () => this.endpoints,
      carryOut: async (fault) =>
        (await askSupervisor(this.dir, 'fault', { fault }, STANDSTILL_MS)) as readonly ActiveFault[],
      active: async () => (await fetchStatus(parts.folder)).faults,
    })
    openNetworks.add(this.#network)
  }

  /** As `devnet up --json` prints it, at present. */
  get endpoints(): Endpoints {
    return this.#network.endpoints
  }

  get name(): string {
    return this.#parts.folder.name
  }

  /** Everything of the network is in there. */
  get dir(): string {
    return this.#parts.folder.path
  }

  /** The variables that `beacon exec` gives to its command, for programs that a test starts. */
  get environment(): Readonly<Record<string, string>> {
    return describeEnvironment(this.endpoints)
  }

  /** Throws NO_L1. */
  get l1(): TestChain {
    const { l1 } = this.endpoints
    if (l1 === null) throw NO_L1()
    const wsUrl = l1.rpcUrl.replace(/^http/, 'ws')
    this.#l1 ??= new TestChain({ ...l1, name: 'l1', wsUrl }, this.#partsOf(l1.rpcUrl))
    return this.#l1
  }

  get rollups(): readonly TestRollup[] {
    return this.endpoints.rollups.map(({ name }) => this.rollup(name))
  }

  /** The one of this name, or the only one. Throws ROLLUP_UNKNOWN or ROLLUP_NOT_NAMED. */
  rollup(name = this.#onlyRollup()): TestRollup {
    const { endpoint } = this.#network.rollup(name)
    const known = this.#rollups.get(name)
    if (known !== undefined) return known
    const rollup = new TestRollup(() => this.#network.rollup(name).endpoint, this.#partsOf(endpoint.rpcUrl))
    this.#rollups.set(name, rollup)
    return rollup
  }

  /** Registers a rollup and returns when its committee has confirmed a first block. */
  async createRollup(
    { sequencers = SEQUENCERS, ...wishes }: RollupOptions = {},
    { timeoutMs = PROCESS_MS }: WaitOptions = {},
  ): Promise<TestRollup> {
    const { folder } = this.#parts
    const key = this.accounts[0]!.privateKey
    const { endpoint } = await createRollup(this.#network, folder, { sequencers, ...wishes }, key, timeoutMs)
    this.#network.noteCreated(endpoint)
    return this.rollup(endpoint.name)
  }

  /** The step to `rung` once the transaction is there. Throws NOT_REACHED, which says how far it came, or TRANSACTION_UNKNOWN. */
  waitFor(tx: TransactionLike, rung: Rung, { timeoutMs = WAIT_MS }: WaitOptions = {}): Promise<TraceStep> {
    return waitForStep([this.#network], tx, rung, timeoutMs)
  }

  /** The transaction's way up the ladder so far. */
  trace(tx: TransactionLike): Promise<Trace> {
    return traceHash(this.#network, hashOf(tx))
  }

  async processes(): Promise<readonly ProcessStatus[]> {
    return (await fetchStatus(this.#parts.folder)).processes
  }

  /** Ends a process as a crash would (SIGKILL), as in `kill('validator-3')`; resolves when it has ended. */
  kill(process: string): Promise<void> {
    return this.fault.kill(process)
  }

  /** Stops a process if it is alive, and starts it again; resolves when it is ready. */
  async restart(process: string, { timeoutMs = PROCESS_MS }: WaitOptions = {}): Promise<void> {
    await askSupervisor(this.dir, 'restart', { process }, timeoutMs)
  }

  /**
   * Keeps the whole network as it is now: all chains, the L1 among them, which stand still meanwhile for some seconds. Returns a name for it,
   * to which `revert` takes the network back, any number of times.
   */
  async snapshot({ timeoutMs = STANDSTILL_MS }: WaitOptions = {}): Promise<string> {
    return (await askSupervisor(this.dir, 'snapshot', {}, timeoutMs)) as string
  }

  /** URLs stay what they are. Rollups that were made since are gone, and all processes run, those too that had been killed. */
  async revert(snapshot: string, { timeoutMs = STANDSTILL_MS }: WaitOptions = {}): Promise<void> {
    await askSupervisor(this.dir, 'revert', { snapshot }, timeoutMs)
    this.#network.forgetCreated()
  }

  /** Puts the whole network into a file, as `beacon devnet save` does, for `createDevnet({ from: file })`. */
  async save(file: string, { timeoutMs = STANDSTILL_MS }: WaitOptions = {}): Promise<void> {
    await saveDevnet(this.#parts.folder, file, timeoutMs)
  }

  /**
   * Moves the time of all chains forwards; resolves when they have blocks of the new time. `epochs` goes through every block on the way.
   * @example
   * const { time } = await devnet.warp({ seconds: 7 * 86_400 })
   */
  async warp(
    by: { readonly seconds: number } | { readonly epochs: number },
    { timeoutMs = STANDSTILL_MS }: WaitOptions = {},
  ): Promise<Warped> {
    const wish = 'epochs' in by ? { by: 'epochs', amount: by.epochs } : { by: 'seconds', amount: by.seconds }
    return (await askSupervisor(this.dir, 'warp', { ...wish, timeoutMs }, timeoutMs)) as Warped
  }

  /** The last lines of what a process wrote, or of the `supervisor`. */
  logs(process: string, lines = LOG_LINES_MAX): string[] {
    return readLastLines(this.#parts.folder.logFile(process), lines)
  }

  /** Copies all logs into a folder, for example when a test failed; returns the copies. */
  saveLogs(folder: string): string[] {
    return copyLogs(this.#parts.folder, folder)
  }

  /** Stops what `createDevnet` started and leaves alone what `attachDevnet` found. Calling it twice is calling it once. */
  stop(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #end(): Promise<void> {
    openNetworks.delete(this.#network)
    for (const end of this.#ends) end()
    this.#network.close()
    await this.#parts.end()
  }

  #onlyRollup(): string {
    const known = this.endpoints.rollups.map(({ name }) => name)
    if (known.length !== 1) throw ROLLUP_NOT_NAMED({ known })
    return known[0]!
  }

  #partsOf(rpcUrl: string): ChainParts {
    const { ethers } = this.#parts
    const rpc = this.#network.client(rpcUrl)
    return { rpc, ethers, accounts: this.accounts, onDispose: (end) => void this.#ends.push(end) }
  }
}
