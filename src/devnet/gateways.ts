/**
 * The gateways of a devnet: one for the Beacon Layer, one for each rollup. Enters: what validators report about themselves and their seats.
 * Which seats a rollup has at present is kept here, since it follows from the same reports.
 */

import type { SeatReport } from '../primitives/process-messages.ts'
import type { VmName } from '../primitives/rollup-spec.ts'
import type { GatewayExtension } from './gateway/extension.ts'
import { Gateway, PORT_TAKEN } from './gateway/gateway.ts'

export interface GatewayPorts {
  readonly beacon: number
  /** First of the rollups' ports, which count up from it; 0: the system picks each. */
  readonly rollups: number
}

export interface OpenRollup {
  readonly id: number
  readonly name: string
  readonly chainId: number
  readonly vm: VmName
  readonly gateway: Gateway
  /** Of the newest instance that has been reported. */
  readonly epoch: number
  readonly sub: number
  readonly seats: readonly OpenSeat[]
}

export interface OpenSeat {
  readonly seat: number
  readonly validator: number
  /** Where this seat itself answers; null while its validator is down. */
  readonly rpcUrl: string | null
}

type MutableRollup = { -readonly [Key in keyof OpenRollup]: OpenRollup[Key] }

const HOST = '127.0.0.1'
/** Rollups made while the network runs take the next free port, looked for among so many. */
const PORTS_TRIED = 100

export class Gateways {
  readonly beacon: Gateway
  readonly #ports: GatewayPorts
  readonly #extension: GatewayExtension | null
  /** Ports that rollups had in an earlier run. */
  readonly #remembered: ReadonlyMap<string, number>
  readonly #rollups = new Map<string, MutableRollup>()
  readonly #seats = new Map<string, SeatReport>()
  #opening: Promise<unknown> = Promise.resolve()

  private constructor(
    beacon: Gateway,
    ports: GatewayPorts,
    remembered: ReadonlyMap<string, number>,
    extension: GatewayExtension | null,
  ) {
    this.#extension = extension
    this.beacon = beacon
    this.#ports = ports
    this.#remembered = remembered
  }

  static async open(
    ports: GatewayPorts,
    remembered: ReadonlyMap<string, number>,
    extension: GatewayExtension | null,
  ): Promise<Gateways> {
    const beacon = await Gateway.listen({
      chain: 'the Beacon Layer',
      kind: 'beacon',
      name: 'beacon',
      extension,
      host: HOST,
      port: ports.beacon,
    })
    return new Gateways(beacon, ports, remembered, extension)
  }

  get rollups(): readonly OpenRollup[] {
    return [...this.#rollups.values()].sort((a, b) => a.chainId - b.chainId)
  }

  has(rollup: string): boolean {
    return this.#rollups.has(rollup)
  }

  /** That have reported for the rollup's newest instance. */
  seats(rollup: string): OpenRollup['seats'] {
    return this.#rollups.get(rollup)?.seats ?? []
  }

  /** Opens a rollup's gateway before it has a seat; throws PORT_TAKEN. */
  async openRollup(rollup: SeatReport['rollup'], position: number): Promise<void> {
    const port = this.#remembered.get(rollup.name) ?? (this.#ports.rollups && this.#ports.rollups + position)
    this.#add(rollup, await this.#listen(rollup.name, port))
  }

  validatorIsUp(validator: number, rpcUrl: string): void {
    this.beacon.backends.set({ id: `validator-${validator}`, url: rpcUrl })
  }

  /** Its seats went with it. */
  validatorIsDown(validator: number): void {
    const id = `validator-${validator}`
    this.beacon.backends.remove(id)
    for (const { name, gateway } of this.#rollups.values()) {
      gateway.backends.remove(id)
      this.#seats.delete(`${name}/${validator}`)
    }
    for (const rollup of this.#rollups.values()) {
      rollup.seats = rollup.seats.map((one) => (one.validator === validator ? { ...one, rpcUrl: null } : one))
    }
  }

  /** Resolves once the rollup's gateway knows. Reports are taken one after the other. */
  seatReported(report: SeatReport): Promise<void> {
    const taken = this.#opening.then(() => this.#take(report))
    this.#opening = taken.catch(() => {})
    return taken
  }

  /** The chains are others from now on: what their ends were is void, and so is who has which seat. */
  forgetChains(): void {
    this.#seats.clear()
    for (const gateway of [this.beacon, ...this.rollups.map((rollup) => rollup.gateway)])
      gateway.forgetChain()
    for (const rollup of this.#rollups.values()) Object.assign(rollup, { epoch: 0, sub: 0, seats: [] })
  }

  /** Closes the gateways of all other rollups, which don't exist any more. */
  async keepOnly(names: readonly string[]): Promise<void> {
    await this.#opening
    const gone = this.rollups.filter(({ name }) => !names.includes(name))
    for (const { name } of gone) this.#rollups.delete(name)
    await Promise.all(gone.map(({ gateway }) => gateway.close()))
  }

  async close(): Promise<void> {
    await this.#opening
    const gateways = [this.beacon, ...[...this.#rollups.values()].map(({ gateway }) => gateway)]
    await Promise.all(gateways.map((gateway) => gateway.close()))
  }

  async #take(report: SeatReport): Promise<void> {
    const { rollup, validator, rpcUrl } = report
    let known = this.#rollups.get(rollup.name)
    if (known === undefined) {
      if (rpcUrl === null) return
      known = this.#add(rollup, await this.#listenAnywhere(rollup.name))
    }
    known.id = rollup.id
    const key = `${rollup.name}/${validator}`
    if (rpcUrl !== null) {
      if (beginsElsewhere(known, report)) known.gateway.backends.forgetHighest()
      this.#seats.set(key, report)
      known.gateway.backends.set({ id: `validator-${validator}`, url: rpcUrl })
      noteSeat(known, report)
    } else if (isOver(this.#seats.get(key), report)) {
      // A seat of an instance that has ended; the validator may already sit in the next one.
      this.#seats.delete(key)
      known.gateway.backends.remove(`validator-${validator}`)
    }
  }

  #add(rollup: SeatReport['rollup'], gateway: Gateway): MutableRollup {
    const open: MutableRollup = { ...rollup, gateway, epoch: 0, sub: 0, seats: [] }
    this.#rollups.set(rollup.name, open)
    return open
  }

  async #listenAnywhere(name: string): Promise<Gateway> {
    const remembered = this.#remembered.get(name)
    const first = this.#ports.rollups && this.#ports.rollups + this.#rollups.size
    const candidates = first === 0 ? [] : Array.from({ length: PORTS_TRIED }, (_, i) => first + i)
    if (remembered !== undefined) candidates.unshift(remembered)
    for (const port of candidates) {
      try {
        return await this.#listen(name, port)
      } catch (cause) {
        if ((cause as { code?: string }).code !== PORT_TAKEN.code) throw cause
      }
    }
    return this.#listen(name, 0)
  }

  #listen(name: string, port: number): Promise<Gateway> {
    const extension = this.#extension
    return Gateway.listen({ chain: `rollup ${name}`, kind: 'rollup', name, extension, host: HOST, port })
  }
}

/** An instance with a sub-epoch may begin from an earlier block than the one before ended at. */
function beginsElsewhere(rollup: OpenRollup, { epoch, sub }: SeatReport): boolean {
  return sub > 0 && (epoch - rollup.epoch || sub - rollup.sub) > 0
}

/** Keeps the seats of the newest instance only. */
function noteSeat(rollup: MutableRollup, { epoch, sub, seat, validator, rpcUrl }: SeatReport): void {
  const order = epoch - rollup.epoch || sub - rollup.sub
  if (order < 0) return
  const others = order === 0 ? rollup.seats.filter((other) => other.seat !== seat) : []
  rollup.epoch = epoch
  rollup.sub = sub
  rollup.seats = [...others, { seat, validator, rpcUrl }].sort((a, b) => a.seat - b.seat)
}

function isOver(current: SeatReport | undefined, ended: SeatReport): boolean {
  return current === undefined || (current.epoch - ended.epoch || current.sub - ended.sub) <= 0
}
