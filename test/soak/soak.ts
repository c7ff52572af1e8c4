/** One soak: a network, its clients, its witness, and the faults that come over it, one after another. */

import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Endpoints } from '../../src/devnet/endpoints.ts'
import { SeededRandom } from '../../src/platform/simulated/random.ts'
import { HEAD_RUNGS, type HeadRung } from '../../src/primitives/ladder.ts'
import { createDevnet } from '../../src/testing/create-devnet.ts'
import type { TestDevnet } from '../../src/testing/devnet.ts'
import { callOrNull, eventually } from '../faults/network.ts'
import { runClient } from './client.ts'
import { type DrawnFault, drawFaults } from './fault-draw.ts'
import { type Figures, takeFigures } from './figures.ts'
import { judgeGrowth } from './growth.ts'
import type { SoakOptions } from './options.ts'
import { awaitRecovery, RECOVERY_MS } from './recovery.ts'
import { seedNumber } from './seed.ts'
import { httpTransport, type Transport, webSocketTransport } from './transport.ts'
import { Verifier } from './verifier.ts'
import { Witness } from './witness.ts'

export interface SoakParts {
  /** Ends it before its time, in order. */
  readonly signal: AbortSignal
  /** Folder in which the network's processes say what is alive in their heaps. */
  readonly heaps: string
  readonly print: (line: string) => void
}

type Heads = Readonly<Record<HeadRung, { readonly number: number } | null>>

const FIGURES_MS = 30_000
/** Between a recovery and the next fault. */
const QUIET_MS = 5_000
/** For the last block to be settled as far as `final` is: a batch, some blocks of the L1. */
const FINAL_MS = 120_000
const MIB = 2 ** 20

export class Soak {
  readonly #options: SoakOptions
  readonly #parts: SoakParts
  readonly #devnet: TestDevnet
  readonly #witness: Witness
  readonly #verifier: Verifier
  readonly #random: SeededRandom
  readonly #figures: Figures[] = []
  readonly #problems: string[] = []
  readonly #load = new AbortController()
  readonly #transports: Transport[] = []
  #fault = 'none'

  static async start(options: SoakOptions, parts: SoakParts): Promise<Soak> {
    const { seed, validators, rollups } = options
    const names = Array.from({ length: rollups }, (_, i) => ({ name: i === 0 ? 'app' : `app-${i + 1}` }))
    return new Soak(options, parts, await createDevnet({ seed, validators, rollups: names }))
  }

  constructor(options: SoakOptions, parts: SoakParts, devnet: TestDevnet) {
    this.#options = options
    this.#parts = parts
    this.#devnet = devnet
    this.#random = new SeededRandom(seedNumber(options.seed))
    const genesisFile = join(devnet.dir, 'genesis.json')
    const beaconUrl = devnet.beacon.rpcUrl
    this.#verifier = new Verifier(genesisFile, beaconUrl)
    // Of its own: what it draws depends on how many confirmations there are, and the faults must not.
    const random = new SeededRandom(seedNumber(`${options.seed}/witness`))
    this.#witness = new Witness({
      verifier: this.#verifier,
      genesisFile,
      beaconUrl,
      rollups: () => devnet.endpoints.rollups,
      random,
      print: parts.print,
    })
  }

  get endpoints(): Endpoints {
    return this.#devnet.endpoints
  }

  /** What went wrong. */
  async run(): Promise<readonly string[]> {
    const { minutes, seed, validators, rollups } = this.#options
    const { print } = this.#parts
    print(`seed '${seed}': ${validators} validators, ${rollups} rollups, ${minutes} minutes of faults`)
    // Neither ends before the load does, unless it fails.
    const background = Promise.all([this.#startClients(), this.#keepFigures()])
    await Promise.race([this.#suffer(Date.now() + minutes * 60_000), background])
    this.#load.abort()
    await background
    await this.#finish()
    return [...this.#problems, ...this.#witness.problems]
  }

  /** The folder. */
  saveLogs(folder: string): string {
    this.#devnet.saveLogs(folder)
    return folder
  }

  async stop(): Promise<void> {
    this.#load.abort()
    for (const transport of this.#transports) transport.close()
    this.#verifier.close()
    await this.#devnet.stop()
  }

  /** Three to a rollup, each with an account of its own. */
  async #startClients(): Promise<void> {
    const { accounts, endpoints } = this.#devnet
    const clients = endpoints.rollups.flatMap(({ name, chainId, rpcUrl, wsUrl }) =>
      [
        { transport: httpTransport(rpcUrl), work: 'transfers' as const },
        { transport: httpTransport(rpcUrl), work: 'storage' as const },
        { transport: webSocketTransport(wsUrl), work: 'transfers' as const },
      ].map(({ transport, work }, i) => {
        this.#transports.push(transport)
        const { privateKey } = accounts[i + 1]!
        const onConfirmed = this.#witness.take.bind(this.#witness, name)
        return runClient({ transport, work, chainId, privateKey, onConfirmed, signal: this.#load.signal })
      }),
    )
    await Promise.all(clients)
  }

  async #suffer(endsAt: number): Promise<void> {
    const faults = drawFaults(this.#random, this.#options.validators)
    await this.#recover('start', Date.now())
    while (Date.now() < endsAt && !this.#parts.signal.aborted && this.#problems.length === 0) {
      await this.#pass(QUIET_MS)
      await this.#sufferOne(faults.next().value)
    }
  }

  async #sufferOne(fault: DrawnFault): Promise<void> {
    const { print } = this.#parts
    print(`fault: ${fault.text}${fault.seconds === 0 ? '' : `, for ${fault.seconds} s`}`)
    this.#fault = fault.text
    await fault.begin(this.#devnet)
    await this.#pass(fault.seconds * 1_000)
    await this.#devnet.fault.heal()
    this.#fault = 'none'
    await this.#recover(fault.text, Date.now())
    await this.#witness.look('some')
  }

  async #recover(from: string, healedAt: number): Promise<void> {
    const { softMs, beaconMs } = await awaitRecovery(this.#devnet, this.#witness, healedAt)
    const say = (ms: number | null) => (ms === null ? 'NOT RECOVERED' : `${ms} ms`)
    this.#parts.print(`healed: ${from}; soft again after ${say(softMs)}, Beacon Layer after ${say(beaconMs)}`)
    if (softMs === null || beaconMs === null) {
      this.#problems.push(`not recovered within ${RECOVERY_MS} ms from: ${from}`)
    }
  }

  /** Shorter if the soak is to end. */
  async #pass(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#parts.signal }).catch(() => {})
  }

  async #keepFigures(): Promise<void> {
    while (!this.#load.signal.aborted) {
      await this.#takeFigures()
      await this.#witness.look('some')
      await delay(FIGURES_MS, undefined, { signal: this.#load.signal }).catch(() => {})
    }
  }

  async #takeFigures(): Promise<void> {
    const figures = await takeFigures(this.#devnet, this.#parts.heaps)
    this.#figures.push(figures)
    const heads = (await this.#heads()).map(([name, one]) => `${name} ${describeHeads(one)}`)
    const { count, verified, lost, voided } = this.#witness
    const memory = [...figures.processes].map(
      ([name, { memoryBytes, liveBytes, openFiles }]) =>
        `${name} ${Math.round(memoryBytes / MIB)}/${liveBytes === null ? '-' : Math.round(liveBytes / MIB)}/${openFiles}`,
    )
    const disk = [...figures.disk].map(([part, bytes]) => `${part} ${(bytes / MIB).toFixed(1)}`)
    this.#parts.print(
      `fault: ${this.#fault}; heads: ${heads.join(', ')}; confirmations: got ${count}, verified ${verified}, lost ${lost}, void ${voided}; ` +
        `MiB/live heap/open files: ${memory.join(', ')}; disk, MiB: ${disk.join(', ')}`,
    )
  }

  async #heads(): Promise<(readonly [string, Heads | null])[]> {
    const { rollups } = this.#devnet.endpoints
    return Promise.all(
      rollups.map(
        async ({ name, rpcUrl }) => [name, await callOrNull<Heads>(rpcUrl, 'soft_getHeads')] as const,
      ),
    )
  }

  /** Nothing is wrong with the network any more: all that was confirmed must be at every seat, and climb. */
  async #finish(): Promise<void> {
    const { print } = this.#parts
    await this.#witness.settle(FINAL_MS)
    await this.#awaitFinal()
    const asked = await this.#witness.look('all')
    const proven = await this.#witness.proveRecords()
    await this.#takeFigures()
    const { count, verified, lost, voided, comparisons } = this.#witness
    print(
      `${asked} URLs of rollups and seats asked for all ${count} confirmations; ${comparisons} comparisons`,
    )
    print(
      `confirmations: got ${count}, verified ${verified}, lost ${lost}, void ${voided}; ${proven} proven to be recorded`,
    )
    const blocks = (await this.#heads()).reduce((sum, [, heads]) => sum + (heads?.soft?.number ?? 0), 0)
    const { table, leaks } = judgeGrowth(this.#figures, blocks)
    print(`what it took:\n${table}`)
    this.#problems.push(...leaks)
  }

  /** Every rollup's newest confirmed block is `final`, and every seat of it has that block. */
  async #awaitFinal(): Promise<void> {
    const waits = this.#devnet.endpoints.rollups.map(async ({ name, rpcUrl }) => {
      const height = Math.max(...(this.#witness.got.get(name) ?? []).map((one) => one.height))
      const startedAt = Date.now()
      const isFinal = async () =>
        ((await callOrNull<Heads>(rpcUrl, 'soft_getHeads'))?.final?.number ?? 0) >= height
      try {
        await eventually(isFinal, FINAL_MS)
        await eventually(() => this.#seatsHave(name, height), FINAL_MS)
        this.#parts.print(
          `${name}: block ${height} is final, and at every seat, after ${Date.now() - startedAt} ms`,
        )
      } catch {
        const heads = describeHeads(await callOrNull<Heads>(rpcUrl, 'soft_getHeads'))
        this.#problems.push(`${name}: block ${height} is not final at every seat in time; heads ${heads}`)
      }
    })
    await Promise.all(waits)
  }

  async #seatsHave(rollup: string, height: number): Promise<boolean> {
    const { committee } = this.#devnet.endpoints.rollups.find(({ name }) => name === rollup)!
    const heads = await Promise.all(committee.map((seat) => callOrNull<Heads>(seat.rpcUrl, 'soft_getHeads')))
    return heads.every((one) => (one?.soft?.number ?? -1) >= height)
  }
}

function describeHeads(heads: Heads | null): string {
  return heads === null ? 'no answer' : HEAD_RUNGS.map((rung) => heads[rung]?.number ?? '-').join('/')
}
