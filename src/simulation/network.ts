/**
 * A whole network in one process: the L1, the Beacon Layer's validators, and the seats of its rollups, all of them the production code, under a
 * simulated clock, network and disk. The same seed gives the same run. What goes wrong in it is for whoever holds it to say.
 */

import { join } from 'node:path'
import { type BeaconGenesis, genesisHash } from '../beacon/genesis.ts'
import type { LoadRuntime } from '../beacon/runtime/runtime.ts'
import { loadTwin, TWIN_CODE } from '../beacon/runtime/twin.ts'
import { DEV_ACCOUNTS } from '../devnet/dev-accounts.ts'
import { installationRoot } from '../devnet/installation.ts'
import type { DevnetOptions } from '../devnet/options.ts'
import { type DevnetPlan, planDevnet } from '../devnet/plan.ts'
import type { LinkConditions } from '../network/simulated-links.ts'
import { SimulatedLinks } from '../network/simulated-links.ts'
import { loadShipped } from '../platform/components/load.ts'
import type { Logger } from '../platform/ports.ts'
import type { SeededRandom } from '../platform/simulated/random.ts'
import { simulatedScheme, simulatedSigner } from '../platform/simulated/signatures.ts'
import { SimulatedTime } from '../platform/simulated/time.ts'
import type { Hex } from '../primitives/bytes.ts'
import { provePossession } from '../primitives/possession.ts'
import type { SeatReport } from '../primitives/process-messages.ts'
import { createEthereumjsVm } from '../rollup/vm/ethereumjs.ts'
import { vmFactory } from '../rollup/vm/factory.ts'
import { L1_CHAIN_ID, SimulatedL1 } from './l1.ts'
import { SimulatedL1Rpc } from './l1-rpc.ts'
import { Machine } from './machine.ts'

export interface SimulatedNetworkOptions {
  readonly devnet: DevnetOptions
  readonly conditions: LinkConditions
  /** By validator; a missing one is 0. */
  readonly clockDrifts?: readonly number[]
  readonly l1: { readonly blockMs: number; readonly finalityBlocks: number }
  readonly loggerOf: (machine: number) => Logger
  /** By which a machine executes Beacon blocks; all by the twin unless told otherwise. */
  readonly loadRuntime?: (machine: number) => LoadRuntime
  /** A process gave up by itself. */
  readonly onFailure?: (machine: number, cause: unknown) => void
}

/** Where a seat answers JSON-RPC. */
export interface SimulatedSeat {
  readonly machine: number
  readonly url: string
}

/** One translation of the EVM for all: it is their instances that have state. */
const vms = vmFactory((folder) => loadShipped(join(installationRoot(), 'dist', folder)))

export class SimulatedNetwork {
  /** Told when a seat has begun or ended. */
  onSeat: (report: SeatReport) => void = () => {}
  readonly time: SimulatedTime
  readonly plan: DevnetPlan
  readonly genesis: BeaconGenesis
  readonly links: SimulatedLinks
  readonly l1: SimulatedL1
  readonly l1Rpc: SimulatedL1Rpc
  readonly machines: readonly Machine[]
  /** By rollup and machine: the newest word of each. */
  readonly #seats = new Map<string, SeatReport>()

  static async create(options: SimulatedNetworkOptions, random: SeededRandom): Promise<SimulatedNetwork> {
    const plan = planDevnet(options.devnet, { runtime: TWIN_CODE, forks: [] })
    const time = new SimulatedTime(plan.genesis.time + 60_000)
    const l1 = await SimulatedL1.create(
      {
        funded: [
          ...plan.validators.map(({ poster }) => poster),
          ...DEV_ACCOUNTS.map(({ address }) => address),
        ],
        challengeWindowBlocks: plan.l1.challengeWindowBlocks,
        ...options.l1,
      },
      { time, random },
    )
    const l1Rpc = new SimulatedL1Rpc(l1, await createEthereumjsVm(L1_CHAIN_ID), time)
    return new SimulatedNetwork(options, plan, { time, l1, l1Rpc, random })
  }

  private constructor(
    options: SimulatedNetworkOptions,
    plan: DevnetPlan,
    {
      time,
      l1,
      l1Rpc,
      random,
    }: { time: SimulatedTime; l1: SimulatedL1; l1Rpc: SimulatedL1Rpc; random: SeededRandom },
  ) {
    this.time = time
    this.plan = plan
    this.l1 = l1
    this.l1Rpc = l1Rpc
    this.genesis = withSimulatedKeys(plan.genesis)
    this.links = new SimulatedLinks(time, options.conditions)
    const world = {
      time,
      random,
      links: this.links,
      l1: l1Rpc,
      signatures: simulatedScheme,
      vms,
      loggerOf: options.loggerOf,
      onSeat: (report: SeatReport) => {
        this.#seats.set(`${report.rollup.name}/${report.validator}`, report)
        this.onSeat(report)
      },
      onFailure: options.onFailure ?? (() => {}),
    }
    this.machines = plan.validators.map(
      ({ index, keys }) =>
        new Machine(
          {
            index,
            keys,
            genesis: this.genesis,
            signer: simulatedSigner(index),
            inbox: options.devnet.l1 === 'none' ? null : l1.inbox,
            timing: plan.timing,
            clockDrift: options.clockDrifts?.[index] ?? 0,
            loadRuntime: options.loadRuntime?.(index) ?? loadTwin,
          },
          world,
        ),
    )
  }

  start(): void {
    this.l1.start()
    for (const machine of this.machines) machine.start()
  }

  /** Lets so much time pass. */
  async run(ms: number): Promise<void> {
    await this.time.run(this.time.now() + ms)
  }

  get genesisHash(): Hex {
    return genesisHash(this.genesis)
  }

  /** Those that answer now, of all rollups, in the order of their machines. */
  get seats(): SeatReport[] {
    return [...this.#seats.values()]
      .filter(({ validator, rpcUrl }) => rpcUrl !== null && this.machines[validator]!.services.has(rpcUrl))
      .sort((a, b) => a.validator - b.validator)
  }

  /** Seats of the rollup that answer now. */
  seatsOf(rollup: string): SimulatedSeat[] {
    return this.seats
      .filter(({ rollup: { name } }) => name === rollup)
      .map(({ validator, rpcUrl }) => ({ machine: validator, url: rpcUrl! }))
  }

  /** Asks a node, which may die meanwhile: then the answer never comes. */
  async ask(machine: number, url: string, method: string, params: readonly unknown[]): Promise<unknown> {
    const answer = this.machines[machine]!.services.get(url)?.[method]
    if (answer === undefined) throw new Error(`${url} does not answer ${method}`)
    this.time.awaitPromises()
    return answer(params, { subscriptions: null })
  }

  /** By network key: which machine. */
  machineOf(networkKey: Hex): Machine {
    return this.machines.find((machine) => machine.networkKey === networkKey)!
  }
}

/** Vote keys whose signatures cost next to nothing; everything else about the validators stays. */
export function withSimulatedKeys(genesis: BeaconGenesis): BeaconGenesis {
  const validators = genesis.validators.map((validator, index) => {
    const signer = simulatedSigner(index)
    const proofOfPossession = provePossession(signer, validator.account, genesis.chainId)
    return { ...validator, votePublicKey: signer.publicKey, proofOfPossession }
  })
  return { ...genesis, validators }
}
