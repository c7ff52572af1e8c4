/**
 * A whole instance under simulation: production engines on simulated clock, network, disk and application, with faults drawn from the
 * seed. Every signature that an honest node releases, every commit and every piece of evidence is checked as it happens.
 */

import type { Block } from '../../../src/consensus/block.ts'
import type { Committee } from '../../../src/consensus/committee.ts'
import { createEngine } from '../../../src/consensus/engine.ts'
import type { Engine } from '../../../src/consensus/engine-options.ts'
import { type LeaderSchedule, roundRobin, weightedRoundRobin } from '../../../src/consensus/leaders.ts'
import { type Audience, isAddressedTo } from '../../../src/consensus/message.ts'
import { timingFor } from '../../../src/consensus/timing.ts'
import type { Logger } from '../../../src/platform/ports.ts'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { SimulatedDisk } from '../../../src/platform/simulated/record-log.ts'
import { simulatedScheme, simulatedSigner } from '../../../src/platform/simulated/signatures.ts'
import { SimulatedTime } from '../../../src/platform/simulated/time.ts'
import { committeeOf, genesisBlock } from '../../consensus/fixtures.ts'
import { Adversary } from './adversary.ts'
import { SimulatedApplication, SimulatedStore } from './application.ts'
import { Invariants } from './invariants.ts'
import { SimulatedNetwork } from './network.ts'
import { drawScenario, type Scenario, type Style } from './scenario.ts'

export const DELAY_MS = 100
const TIMING = { ...timingFor(DELAY_MS), backoffMax: 4 }
/** How long the network is well before the simulation ends. */
const STABLE_MS = 9000
/** What everyone must have caught up with at the end: the highest block this long before. */
const LAG_MS = 2000
/** After the network has become well, and before the end, no view is held to anything. */
const SETTLING_MS = 2500

export interface Outcome {
  readonly height: number
  readonly messages: number
  readonly crashes: number
  readonly evidence: number
  readonly views: number
  readonly finished: number
}

/** Runs a seed to its end; throws an Error that names the seed if an invariant breaks. */
export async function simulate(seed: number, overrides: Partial<Scenario> = {}): Promise<Outcome> {
  const random = new SeededRandom(seed)
  const cluster = new Cluster(seed, random, { ...drawScenario(random), ...overrides })
  return cluster.run()
}

interface Node {
  readonly name: string
  readonly seat: number
  readonly style: Style
  /** 1 or 2 for the two halves of a twin. */
  readonly half: number
  readonly disk: SimulatedDisk
  readonly store: SimulatedStore
  engine: Engine | null
  application: SimulatedApplication | null
  detach: () => void
  /** What `onFinished` reported. */
  terminal: Block | null
}

class Cluster {
  readonly #seed: number
  readonly #random: SeededRandom
  readonly #scenario: Scenario
  readonly #committee: Committee
  readonly #leaders: LeaderSchedule
  readonly #time = new SimulatedTime(1_000_000)
  readonly #startMs = this.#time.now()
  readonly #genesis = genesisBlock(this.#time.now())
  readonly #network: SimulatedNetwork
  readonly #invariants: Invariants
  readonly #nodes: Node[] = []
  /** By phase and name: which half of a twin sees that peer: 0 both, 1, 2, or 3 none. */
  readonly #visibility = new Map<string, number>()
  #crashes = 0

  constructor(seed: number, random: SeededRandom, scenario: Scenario) {
    this.#seed = seed
    this.#random = random
    this.#scenario = scenario
    this.#committee = committeeOf(scenario.weights)
    this.#leaders = leadersOf(this.#committee)
    this.#invariants = new Invariants(this.#committee, scenario, this.#genesis, this.#leaders)
    const names = scenario.weights.map((_, seat) => `seat${seat}`)
    for (let observer = 0; observer < scenario.observers; observer++) names.push(`observer${observer}`)
    this.#network = new SimulatedNetwork(this.#time, random, names, {
      stableAtMs: this.#startMs + scenario.stableAtMs,
      delayMs: DELAY_MS,
      loss: scenario.loss,
      duplication: scenario.duplication,
      phases: 12,
    })
    for (const [index, name] of names.entries())
      this.#addNode(name, index < scenario.weights.length ? index : -1)
  }

  async run(): Promise<Outcome> {
    const late = this.#nodes.find(({ style, seat }) => style === 'honest' && seat >= 0)
    for (const node of this.#nodes) {
      const delayMs = node === late ? this.#scenario.lateMs : 0
      this.#time.schedule(delayMs + this.#random.below(20), () => this.#boot(node))
    }
    this.#scheduleWork()
    if (this.#scenario.powerLossMs > 0)
      this.#time.schedule(this.#scenario.powerLossMs, () => this.#losePower())
    const endMs = this.#startMs + this.#scenario.stableAtMs + STABLE_MS
    await this.#runTo(endMs - LAG_MS)
    const { height } = this.#invariants
    await this.#runTo(endMs)
    this.#checkLiveness(height)
    this.#invariants.checkViews(endMs - STABLE_MS + SETTLING_MS, endMs - SETTLING_MS)
    // Not awaited: commits under way would need more simulated time.
    for (const node of this.#nodes) void node.engine?.stop()
    this.#throwFailure()
    return {
      height: this.#invariants.height,
      messages: this.#network.messages,
      crashes: this.#crashes,
      evidence: this.#invariants.evidence,
      views: this.#invariants.highestView,
      finished: this.#nodes.filter((node) => node.terminal !== null).length,
    }
  }

  async #runTo(atMs: number): Promise<void> {
    while (this.#time.now() < atMs) {
      await this.#time.run(Math.min(atMs, this.#time.now() + 250))
      this.#throwFailure()
    }
  }

  #addNode(name: string, seat: number): void {
    const style = this.#scenario.styles[seat] ?? 'honest'
    if (style === 'silent') return
    for (let half = 0; half < (style === 'twin' ? 2 : 1); half++) {
      this.#nodes.push({
        name,
        seat,
        style,
        half: style === 'twin' ? half + 1 : 0,
        disk: new SimulatedDisk(),
        store: new SimulatedStore(this.#time),
        engine: null,
        application: null,
        detach: () => {},
        terminal: null,
      })
    }
  }

  #boot(node: Node): void {
    const adversary =
      node.style === 'chaos'
        ? new Adversary(this.#random, this.#committee, node.seat, simulatedSigner(node.seat))
        : null
    const application = new SimulatedApplication({
      time: this.#time,
      random: this.#random,
      store: node.store,
      genesis: this.#genesis,
      executionMs: this.#scenario.executionMs,
      onCommit: (blocks, certificate) => {
        if (node.style === 'honest') this.#invariants.onCommit(node, blocks, certificate)
      },
      onViolation: (what) => this.#fail(`${node.name}: ${what}`),
    })
    const engine = this.#createEngine(node, application, adversary)
    node.engine = engine
    node.application = application
    node.detach = this.#network.attach(node.name, (from, bytes) => {
      adversary?.observe(bytes)
      if (node.engine === engine && this.#sees(node, from)) engine.receive(from, bytes)
    })
    this.#time.awaitPromises()
    void engine.start().then(
      () => this.#connect(node),
      (error) => this.#fail(`${node.name}: ${error.stack}`),
    )
  }

  #createEngine(node: Node, application: SimulatedApplication, adversary: Adversary | null): Engine {
    const { length, pacing } = this.#scenario
    return createEngine({
      committee: this.#committee,
      seat: node.seat,
      genesis: this.#genesis,
      isTerminal: (block) => length !== null && block.header.height >= this.#genesis.header.height + length,
      leaders: this.#leaders,
      pacing,
      timing: TIMING,
      scheme: simulatedScheme,
      signer: node.seat < 0 ? null : simulatedSigner(node.seat),
      log: node.disk.open(),
      walLimits: { bytesMax: 1e6, recordsMax: 24 },
      application,
      blocks: node.store,
      clock: this.#time,
      timers: this.#time,
      endOfTurn: (callback) => {
        const at = node.engine?.status().view
        if (node.style === 'honest' && at !== undefined) this.#invariants.onView(at, this.#time.now())
        this.#time.schedule(0, () => (this.#crashesNow(node) ? this.#crash(node) : callback()))
      },
      logger: this.#loggerOf(node),
      send: (to, bytes) => this.#send(node, to, bytes, adversary),
      onEvidence: (evidence) => {
        if (node.style === 'honest') this.#invariants.onEvidence(node, evidence)
      },
      onFinished: (terminal) => {
        node.terminal = terminal
      },
      onFailure: (error) =>
        this.#fail(`${node.name}: ${error.message} ${(error.cause as Error)?.stack ?? ''}`),
    })
  }

  #connect(node: Node): void {
    for (const other of this.#nodes) {
      if (other.name === node.name || other.engine === null) continue
      node.engine?.peerConnected(other.name, other.seat)
      other.engine.peerConnected(node.name, node.seat)
    }
    if (this.#scenario.pacing.heartbeatMs === 0) node.engine?.work(0)
  }

  /** On chains with a heartbeat, work comes and goes. */
  #scheduleWork(): void {
    if (this.#scenario.pacing.heartbeatMs === 0) return
    const isThere = this.#random.chance(0.5)
    for (const node of this.#nodes) node.engine?.work(isThere ? this.#time.now() : null)
    this.#time.schedule(this.#random.below(1500), () => this.#scheduleWork())
  }

  #crash(node: Node): void {
    this.#crashes++
    void node.engine?.stop()
    node.application!.isDead = true
    node.engine = null
    node.detach()
    node.disk.crash(this.#random)
    for (const other of this.#nodes) other.engine?.peerDisconnected(node.name)
    this.#time.schedule(50 + this.#random.below(1500), () => this.#boot(node))
  }

  #losePower(): void {
    for (const node of this.#nodes) if (node.style === 'honest' && node.engine !== null) this.#crash(node)
  }

  #crashesNow(node: Node): boolean {
    const { crashRate } = this.#scenario
    if (crashRate === 0 || node.style !== 'honest' || this.#network.isStable) return false
    return this.#random.chance(0.02 * crashRate)
  }

  #send(node: Node, to: Audience, bytes: Uint8Array, adversary: Adversary | null): void {
    if (node.engine === null) return
    if (node.style === 'honest') this.#invariants.onSent(node, bytes)
    // The halves of a twin have one name and one seat.
    const peers = new Map(this.#nodes.map((other) => [other.name, other.seat]))
    for (const [name, seat] of peers) {
      if (name === node.name || !isAddressedTo(to, name, seat) || !this.#sees(node, name)) continue
      if (adversary === null) this.#network.send(node.name, name, bytes)
      else for (const twisted of adversary.twist(bytes)) this.#network.send(node.name, name, twisted)
    }
    // A crash among the sends of one turn: some have left, the rest never will.
    if (this.#crashesNow(node)) this.#crash(node)
  }

  /** Until the network is well, each half of a twin lives in a world of its own. */
  #sees(node: Node, peer: string): boolean {
    if (node.half === 0 || this.#network.phase < 0) return true
    const key = `${this.#network.phase}:${peer}`
    const known = this.#visibility.get(key)
    const side = known ?? this.#random.below(4)
    if (known === undefined) this.#visibility.set(key, side)
    return side === 0 || side === node.half
  }

  #loggerOf(node: Node): Logger {
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields, message) => {
        const { error } = fields as { error?: Error }
        this.#fail(`${node.name}: ${message} ${error?.stack ?? ''}`)
      },
      child: () => logger,
    }
    return logger
  }

  #checkLiveness(height: number): void {
    const { lateMs, length } = this.#scenario
    const expected = lateMs > 0 ? 0 : Math.min(length ?? Infinity, 3)
    if (height < expected) this.#fail(`only ${height} blocks in ${STABLE_MS - LAG_MS} ms of a good network`)
    for (const node of this.#nodes) {
      if (node.style !== 'honest') continue
      this.#invariants.checkCaughtUp(node, height)
      if (height === length && node.terminal === null) this.#fail(`${node.name} did not finish`)
    }
  }

  #fail(why: string): void {
    this.#invariants.fail(why)
  }

  #throwFailure(): void {
    if (this.#invariants.failure === null) return
    const { styles, stableAtMs, loss, crashRate, lateMs, powerLossMs, length, executionMs, pacing } =
      this.#scenario
    const drawn = JSON.stringify({
      styles,
      stableAtMs,
      loss,
      crashRate,
      lateMs,
      powerLossMs,
      length,
      executionMs,
      pacing,
    })
    throw new Error(`seed ${this.#seed}: ${this.#invariants.failure}\n${drawn}`)
  }
}

function leadersOf({ members }: Committee): LeaderSchedule {
  const weights = members.map((member) => member.weight)
  const areEqual = weights.every((weight) => weight === weights[0])
  return areEqual ? roundRobin(weights.length) : weightedRoundRobin(weights, new Uint8Array(32))
}
