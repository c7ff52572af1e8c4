/**
 * Runs a whole simulated network through the bad days of one seed and a good time after them, with clients at work, and holds it to the
 * invariants all the while. The same seed gives the same run, to the last message.
 */

import { createHash } from 'node:crypto'
import type { LoadRuntime } from '../../../src/beacon/runtime/runtime.ts'
import { TWIN_CODE } from '../../../src/beacon/runtime/twin.ts'
import type { BeaconEvent } from '../../../src/beacon/transition/events.ts'
import { DEV_ACCOUNTS } from '../../../src/devnet/dev-accounts.ts'
import type { DevnetOptions } from '../../../src/devnet/options.ts'
import { rollupSpec } from '../../../src/devnet/rollup-defaults.ts'
import type { Logger } from '../../../src/platform/ports.ts'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { equalBytes, type Hex } from '../../../src/primitives/bytes.ts'
import { type RollupId, rollupId } from '../../../src/primitives/ids.ts'
import { SimulatedNetwork } from '../../../src/simulation/network.ts'
import { loadShippedRuntime } from '../../beacon/runtime/shipped.ts'
import { Breaches } from '../engine/invariants/breaches.ts'
import { askBeacon } from './ask-beacon.ts'
import { BeaconOracle } from './beacon-oracle.ts'
import { SimulatedClient } from './client.ts'
import { checkBatches } from './l1-oracle.ts'
import { NetworkVotes } from './released-votes.ts'
import { RollupOracle } from './rollup-oracle.ts'
import { drawNetworkScenario, type NetworkScenario } from './scenario.ts'
import { Stakers } from './stakers.ts'
import { LinkTroubles, Troubles } from './troubles.ts'
import { loadSimulatedRuntime, Upgraders } from './upgraders.ts'

export interface NetworkOutcome {
  readonly digest: Hex
  readonly counts: Readonly<Record<string, number>>
}

export interface NetworkOptions {
  readonly trace?: (line: string) => void
  readonly overrides?: Partial<NetworkScenario>
}

/** Disks are looked at this often. */
const LOOK_MS = 500
const SEND_MS = 700
/** After the troubles: how long until every chain must go on again, at most. */
const RECOVERY_MS = 60_000
const LATE_CHAIN_ID = 7_700_099
/** Clients' transactions, sent after the recovery, are recorded within this. */
const LADDER_MS = 20_000
/** On average between two things that somebody with a stake asks for. */
const STAKE_MS = 600
const STAKERS_SALT = 0x57ace
const UPGRADES_SALT = 0x09ade
const UPGRADES_SHARE = 0.3
/** On average between two things that a validator asks for. */
const UPGRADE_MS = 200
/** In every so many seeds, one machine executes by the runtime itself: it has to agree with the twin. */
const WASM_EVERY = 20
const STAKINGS: ReadonlySet<BeaconEvent['type']> = new Set([
  'validatorRegistered',
  'delegated',
  'undelegated',
  'redelegated',
  'claimed',
  'left',
])

const runtime = await loadShippedRuntime()

/** In place of the twin; other code does what it says of itself. */
const loadMixed: LoadRuntime = async (code) =>
  equalBytes(code, TWIN_CODE) ? runtime : loadSimulatedRuntime(code)

/** Throws an Error that names the seed, the invariant and the scenario if one breaks. */
export async function simulate(seed: number, options: NetworkOptions = {}): Promise<NetworkOutcome> {
  const random = new SeededRandom(seed)
  // From chance of their own: the other draws are the same as without.
  const hasUpgrades = new SeededRandom(seed ^ UPGRADES_SALT).chance(UPGRADES_SHARE)
  const scenario = { ...drawNetworkScenario(random), hasUpgrades, ...options.overrides }
  const run = await NetworkRun.create(seed, scenario, random, options.trace ?? (() => {}))
  return run.finish()
}

/** The devnet whose genesis a run starts from. */
export function devnetOf(
  seed: number,
  { validators, rollups, epochBlocks }: Pick<NetworkScenario, 'validators' | 'rollups' | 'epochBlocks'>,
): DevnetOptions {
  return {
    schemaVersion: 1,
    name: 'simulated',
    validators,
    seed: String(seed),
    preset: 'fast',
    epochBlocks,
    rollups: rollups.map((name) => ({ name })),
    ports: 'auto',
    l1: 'anvil',
    peerHost: '127.0.0.1',
    added: [],
    timeAheadMs: 0,
  }
}

interface Heights {
  readonly beacon: number
  readonly rollups: readonly number[]
}

class NetworkRun {
  readonly #seed: number
  readonly #scenario: NetworkScenario
  readonly #random: SeededRandom
  readonly #trace: (line: string) => void
  readonly #breaches = new Breaches()
  readonly #hash = createHash('sha256')
  #network!: SimulatedNetwork
  #troubles!: Troubles
  #votes!: NetworkVotes
  #beacon!: BeaconOracle
  #clients: SimulatedClient[] = []
  readonly #rollups = new Map<RollupId, RollupOracle>()
  #startMs = 0
  #recoveredAfterMs = 0
  /** From one epoch's committee to the next one's. */
  #handOvers = 0
  /** What was done with stakes. */
  #stakings = 0
  #upgrades = 0
  #upgradesGivenUp = 0

  static async create(
    seed: number,
    scenario: NetworkScenario,
    random: SeededRandom,
    trace: (line: string) => void,
  ): Promise<NetworkRun> {
    const run = new NetworkRun(seed, scenario, random, trace)
    await run.#build()
    return run
  }

  private constructor(
    seed: number,
    scenario: NetworkScenario,
    random: SeededRandom,
    trace: (line: string) => void,
  ) {
    this.#seed = seed
    this.#scenario = scenario
    this.#random = random
    this.#trace = (line) => trace(`${String(this.#now()).padStart(6)} ${line}`)
  }

  async finish(): Promise<NetworkOutcome> {
    const { stableAtMs } = this.#scenario
    await this.#runUntil(() => this.#now() >= stableAtMs, stableAtMs + LOOK_MS)
    const heights = this.#heights()
    await this.#runUntil(() => this.#hasRecovered(heights), RECOVERY_MS)
    this.#recoveredAfterMs = this.#now() - stableAtMs
    if (!this.#hasRecovered(heights))
      this.#breaches.report(
        'L2',
        `not all chains go on ${RECOVERY_MS} ms after the troubles: ${this.#position()}`,
      )
    this.#throwBreach()
    const recorded = new Map([...this.#rollups.values()].map((rollup) => [rollup, rollup.height + 1]))
    const areRecorded = () => [...recorded].every(([rollup, height]) => rollup.recordedHeight >= height)
    await this.#runUntil(areRecorded, LADDER_MS)
    if (!areRecorded())
      this.#breaches.report('L2', `blocks are not recorded within ${LADDER_MS} ms: ${this.#position()}`)
    this.#votes.checkS2((instance) => this.#beacon.committeeOf(instance))
    this.#checkTold()
    const batches = checkBatches(this.#network.l1, this.#rollups, this.#breaches)
    this.#throwBreach()
    return { digest: `0x${this.#hash.digest('hex')}`, counts: { ...this.#counts(), ...batches } }
  }

  async #build(): Promise<void> {
    const { delayMs, clockDrifts, l1 } = this.#scenario
    const links = new LinkTroubles(delayMs, this.#random)
    const network = await SimulatedNetwork.create(
      {
        devnet: devnetOf(this.#seed, this.#scenario),
        conditions: links,
        clockDrifts,
        l1,
        loggerOf: (machine) => this.#loggerOf(machine),
        loadRuntime: (machine) => (machine === 0 && this.#isMixed ? loadMixed : loadSimulatedRuntime),
        onFailure: (machine, cause) => this.#troubles.noteFailure(machine, cause),
      },
      this.#random,
    )
    links.learn(network.machines)
    this.#network = network
    this.#startMs = network.time.now()
    this.#troubles = new Troubles(network, links, this.#random, this.#trace)
    this.#votes = new NetworkVotes((machine) => this.#isHonest(machine), this.#breaches)
    this.#beacon = await BeaconOracle.create({
      genesis: network.genesis,
      isHonest: (machine) => this.#isHonest(machine),
      breaches: this.#breaches,
      onEvent: (event) => this.#onEvent(event),
    })
    for (const [index, rollup] of network.plan.genesis.rollups.entries())
      this.#follow(rollupId(index + 1), rollup)
    this.#watchLinks()
    network.start()
    this.#troubles.schedule(this.#scenario)
    this.#scheduleClients()
    this.#scheduleRegistration()
    this.#scheduleStakers()
    this.#scheduleUpgraders()
  }

  #follow(id: RollupId, { name, chainId }: { readonly name: string; readonly chainId: number }): void {
    const committeeOf = this.#beacon.committeeOf.bind(this.#beacon)
    this.#rollups.set(id, new RollupOracle({ name, committeeOf, breaches: this.#breaches }))
    this.#clients.push(new SimulatedClient(this.#network, this.#random, { name, chainId }))
  }

  #watchLinks(): void {
    const { links, time } = this.#network
    const nameOf = new Map(this.#network.machines.map(({ networkKey, index }) => [networkKey, index]))
    for (const { index, disk } of this.#network.machines) {
      disk.onLogged = (instance, records) => {
        for (const record of records) this.#votes.logged(index, instance, record)
      }
    }
    links.onSend = (from, _to, bytes) => this.#votes.sent(nameOf.get(from)!, bytes)
    links.onDelivery = (from, to, bytes) => {
      this.#hash.update(`${time.now()} ${nameOf.get(from)} ${nameOf.get(to)} `)
      this.#hash.update(bytes)
    }
  }

  #scheduleClients(): void {
    this.#network.time.schedule(1 + this.#random.below(2 * SEND_MS), () => {
      this.#network.time.awaitPromises()
      for (const client of this.#clients) {
        void client.send()
        void client.poll()
      }
      this.#scheduleClients()
    })
  }

  /** From chance of their own: what else happens is the same with them and without. */
  #scheduleStakers(): void {
    if (!this.#scenario.hasStakers) return
    const random = new SeededRandom(this.#seed ^ STAKERS_SALT)
    const stakers = new Stakers(this.#network, random)
    const next = () =>
      this.#network.time.schedule(1 + random.below(2 * STAKE_MS), () => {
        this.#network.time.awaitPromises()
        stakers.act()
        next()
      })
    next()
  }

  #scheduleUpgraders(): void {
    if (!this.#scenario.hasUpgrades) return
    const random = new SeededRandom(this.#seed ^ UPGRADES_SALT)
    const upgraders = new Upgraders(this.#network, random)
    const next = () =>
      this.#network.time.schedule(1 + random.below(2 * UPGRADE_MS), () => {
        this.#network.time.awaitPromises()
        upgraders.act()
        next()
      })
    next()
  }

  #scheduleRegistration(): void {
    const { registersAtMs } = this.#scenario
    if (registersAtMs === null) return
    this.#network.time.schedule(registersAtMs, () => {
      this.#network.time.awaitPromises()
      // Whoever dies with the question leaves it unanswered.
      const spec = rollupSpec({ name: 'late', chainId: LATE_CHAIN_ID })
      askBeacon(this.#network, { type: 'registerRollup', spec }, DEV_ACCOUNTS[0]!.privateKey).catch(() => {})
    })
  }

  /** Until then, or for so long at most. */
  async #runUntil(isReached: () => boolean, limitMs: number): Promise<void> {
    const endMs = this.#now() + limitMs
    while (this.#now() < endMs && !isReached()) {
      await this.#network.run(LOOK_MS)
      await this.#look()
      this.#throwBreach()
    }
  }

  /** At the disks of all that are honest, whether they are up or not; the Beacon Layer's first, for rollups follow it. */
  async #look(): Promise<void> {
    const honest = this.#network.machines.filter(({ index }) => this.#isHonest(index))
    for (const { index, disk } of honest) {
      const store = disk.store('beacon/beacon')
      if (store !== null) await this.#beacon.look(index, store.view)
    }
    for (const [id, oracle] of this.#rollups) {
      for (const { index, disk } of honest) {
        const store = disk.store(`validator-${index}/rollup-${id}/chain`)
        if (store !== null) oracle.look(index, store.view)
      }
    }
  }

  #onEvent(event: BeaconEvent): void {
    if (event.type === 'rollupRegistered') this.#follow(event.rollup.id, event.rollup.spec)
    if (event.type === 'recorded') this.#rollups.get(event.rollup)?.recorded(event.head)
    if (event.type === 'opened') {
      this.#rollups.get(event.instance.rollup)?.opened(event.instance, event.genesis)
      if (event.instance.sub === 0) this.#handOvers++
    }
    if (STAKINGS.has(event.type)) this.#stakings++
    if (event.type === 'runtimeStarted') this.#upgrades++
    if (event.type === 'runtimeFailed') this.#upgradesGivenUp++
    if (event.type === 'closed' || event.type === 'evidence') this.#trace(`Beacon Layer: ${event.type}`)
  }

  /** S10: what a client was told is final is in the chain, unless an opening made it void. */
  #checkTold(): void {
    for (const [index, client] of this.#clients.entries()) {
      const oracle = [...this.#rollups.values()][index]!
      for (const { height, hash } of client.told.values()) {
        const isThere = oracle.digestAt(height) !== null
        if (!isThere && !oracle.wasCut(height))
          this.#breaches.report('S10', `block ${height} with ${hash} is gone`)
      }
    }
  }

  /** One machine executes by the runtime itself, and the others by its twin. */
  get #isMixed(): boolean {
    return this.#seed % WASM_EVERY === 0
  }

  #isHonest(machine: number): boolean {
    return !this.#scenario.troubles.some(
      ({ kind, machines }) => kind === 'equivocate' && machines.includes(machine),
    )
  }

  #heights(): Heights {
    return { beacon: this.#beacon.height, rollups: [...this.#rollups.values()].map(({ height }) => height) }
  }

  /** Everybody has the Beacon Layer's next blocks, and each rollup has a new one. */
  #hasRecovered(before: Heights): boolean {
    const honest = this.#network.machines.filter(({ index }) => this.#isHonest(index))
    const hasBeacon = honest.every(({ index }) => this.#beacon.heightOf(index) >= before.beacon + 4)
    return (
      hasBeacon &&
      [...this.#rollups.values()].every(({ height }, index) => height > (before.rollups[index] ?? 0))
    )
  }

  #position(): string {
    const beacon = this.#network.machines.map(({ index }) => this.#beacon.heightOf(index))
    const rollups = [...this.#rollups.values()].map(
      (rollup) =>
        `${rollup.height} (recorded ${rollup.recordedHeight}): ${this.#network.machines.map(({ index }) => rollup.heightOf(index))}`,
    )
    return `Beacon ${this.#beacon.height}: ${beacon}; rollups ${rollups.join('; ')}`
  }

  #counts(): Record<string, number> {
    const latencies = this.#clients.flatMap((client) => client.latencies)
    return {
      simulatedMs: this.#now(),
      messages: this.#network.links.messages,
      crashes: this.#troubles.crashes,
      beaconBlocks: this.#beacon.height,
      rollupBlocks: [...this.#rollups.values()].reduce((sum, { height }) => sum + height, 0),
      voided: [...this.#rollups.values()].reduce((sum, { voided }) => sum + voided, 0),
      handOvers: this.#handOvers,
      stakings: this.#stakings,
      upgrades: this.#upgrades,
      upgradesGivenUp: this.#upgradesGivenUp,
      reopenings: [...this.#rollups.values()].reduce((sum, { reopenings }) => sum + reopenings, 0),
      evidence: this.#beacon.evidence,
      confirmed: latencies.length,
      l1Blocks: this.#network.l1.head.header.number,
      recoveredAfterMs: this.#recoveredAfterMs,
    }
  }

  #loggerOf(machine: number): Logger {
    const tell = (severity: string) => (fields: object, message: string) =>
      this.#trace(`validator ${machine} ${severity}: ${message} ${JSON.stringify(fields)}`)
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      warn: tell('warns'),
      error: tell('errs'),
      child: () => logger,
    }
    return logger
  }

  #now(): number {
    return this.#network === undefined ? 0 : this.#network.time.now() - this.#startMs
  }

  #throwBreach(): void {
    const { first } = this.#breaches
    if (first === null) return
    throw new Error(`seed ${this.#seed}: ${first}, at ${this.#now()} ms\n${JSON.stringify(this.#scenario)}`)
  }
}
