/**
 * The addresses of a simulated network: one for each chain, and one for each seat, opened as they appear. What is to be found there follows the
 * network: who has which seat, and who serves a chain's clients.
 */

import type { RollupEndpoint } from '../devnet/endpoints.ts'
import type { Logger } from '../platform/ports.ts'
import type { SeatReport } from '../primitives/process-messages.ts'
import type { Methods } from '../rpc/dispatch.ts'
import type { RpcServer } from '../rpc/server.ts'
import type { Clockwork } from './clockwork.ts'
import { openEdge } from './edge.ts'
import type { SimulatedNetwork } from './network.ts'
import { type Serving, servingBeacon, servingRollup } from './serving.ts'

/** A chain's address, and who answers there. */
interface ChainEdge {
  readonly server: RpcServer
  readonly serving: Serving
}

interface FixedEdges {
  /** Null if the network is said to have no L1. */
  readonly l1: RpcServer | null
  readonly beacon: ChainEdge
}

export interface EdgesOptions {
  readonly network: SimulatedNetwork
  readonly clockwork: Clockwork
  readonly logger: Logger
  readonly hasL1: boolean
  /** A rollup or a seat has an address now, or a rollup other seats. */
  readonly onChange: () => void
}

export class Edges {
  readonly #options: EdgesOptions
  readonly #fixed: FixedEdges
  /** By name. */
  readonly #rollups = new Map<string, ChainEdge>()
  /** By rollup and validator. */
  readonly #seats = new Map<string, RpcServer>()
  /** Names of rollups, and keys of seats, that have an address or are about to. */
  readonly #noticed = new Set<string>()

  /** Those of rollups in the genesis are open, though nobody answers there yet. */
  static async open(options: EdgesOptions): Promise<Edges> {
    const { network, hasL1 } = options
    const edges = new Edges(options, {
      l1: hasL1 ? await openOne(options, 'the L1', () => network.l1Rpc.methods) : null,
      beacon: await openChain(options, 'the Beacon Layer', servingBeacon(network)),
    })
    for (const { name } of network.plan.genesis.rollups) await edges.#openRollup(name)
    return edges
  }

  private constructor(options: EdgesOptions, fixed: FixedEdges) {
    this.#options = options
    this.#fixed = fixed
  }

  get l1Url(): string | null {
    return this.#fixed.l1?.url ?? null
  }

  get beaconUrl(): string {
    return this.#fixed.beacon.server.url
  }

  /** Who serves the Beacon Layer's clients. */
  get beacon(): Serving {
    return this.#fixed.beacon.serving
  }

  /** Who serves each rollup's clients. */
  get rollups(): Serving[] {
    return [...this.#rollups.values()].map(({ serving }) => serving)
  }

  /** Of those that are alive on the Beacon Layer: no other makes blocks. */
  get aliveRollups(): Serving[] {
    const alive = this.beacon.methods?.beacon_getRollups?.([], { subscriptions: null }) as
      | { name: string }[]
      | undefined
    return [...this.#rollups].flatMap(([name, { serving }]) =>
      alive?.some((rollup) => rollup.name === name) ? [serving] : [],
    )
  }

  /** A seat has entered an instance, or ended: it, and its rollup, have an address soon, if they haven't one yet. */
  notice({ rollup: { name }, validator }: SeatReport): void {
    const opening: Promise<void>[] = []
    if (!this.#noticed.has(seatKey(name, validator))) opening.push(this.#openSeat(name, validator))
    if (!this.#noticed.has(name)) opening.push(this.#openRollup(name))
    void Promise.all(opening).then(this.#options.onChange)
  }

  /** Rollups with a seat, and their newest committees. */
  describeRollups(): RollupEndpoint[] {
    const all = this.#options.network.seats.filter(({ seat }) => seat >= 0)
    return [...this.#rollups].flatMap(([name, { server }]) => {
      const seats = all.filter(({ rollup }) => rollup.name === name)
      return seats.length === 0 ? [] : [this.#describe(server.url, seats)]
    })
  }

  async close(): Promise<void> {
    const { l1, beacon } = this.#fixed
    const chains = [beacon, ...this.#rollups.values()].map(({ server }) => server)
    await Promise.all([l1, ...chains, ...this.#seats.values()].map((server) => server?.close()))
  }

  #describe(rpcUrl: string, seats: readonly SeatReport[]): RollupEndpoint {
    const newest = seats.reduce((best, one) => (compareReports(one, best) > 0 ? one : best))
    const present = seats.filter((one) => compareReports(one, newest) === 0)
    const { validators } = this.#options.network.plan
    const committee = present
      .map(({ seat, validator }) => ({
        seat,
        validator,
        address: validators[validator]!.account,
        rpcUrl: this.#seats.get(seatKey(newest.rollup.name, validator))?.url ?? null,
      }))
      .sort((a, b) => a.seat - b.seat)
    const wsUrl = rpcUrl.replace(/^http/, 'ws')
    return { ...newest.rollup, rpcUrl, wsUrl, epoch: newest.epoch, committee }
  }

  async #openRollup(name: string): Promise<void> {
    this.#noticed.add(name)
    const serving = servingRollup(this.#options.network, name)
    this.#rollups.set(name, await openChain(this.#options, `rollup ${name}`, serving))
  }

  async #openSeat(rollup: string, validator: number): Promise<void> {
    this.#noticed.add(seatKey(rollup, validator))
    const { network } = this.#options
    const methods = () => {
      const seat = network.seatsOf(rollup).find(({ machine }) => machine === validator)
      return seat === undefined ? null : (network.machines[validator]!.services.get(seat.url) ?? null)
    }
    const chain = `the seat of validator ${validator} in rollup ${rollup}`
    this.#seats.set(seatKey(rollup, validator), await openOne(this.#options, chain, methods))
  }
}

async function openChain(options: EdgesOptions, chain: string, serving: Serving): Promise<ChainEdge> {
  return { serving, server: await openOne(options, chain, () => serving.methods) }
}

function openOne(
  { clockwork, logger }: EdgesOptions,
  chain: string,
  methods: () => Methods | null,
): Promise<RpcServer> {
  return openEdge(chain, methods, clockwork, logger)
}

function seatKey(rollup: string, validator: number): string {
  return `${rollup}/${validator}`
}

/** By how new their instances are. */
function compareReports(a: SeatReport, b: SeatReport): number {
  return a.epoch - b.epoch || a.sub - b.sub
}
