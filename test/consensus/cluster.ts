/**
 * A whole instance under simulation: production engines on simulated clock, network, disk and application, with faults drawn from the
 * seed. Every signature that an honest node releases, every commit and every piece of evidence is checked as it happens.
 */

import type { Block } from '../../src/consensus/block.ts'
import type { Committee } from '../../src/consensus/committee.ts'
import { createEngine, type Engine } from '../../src/consensus/engine.ts'
import { type LeaderSchedule, roundRobin, weightedRoundRobin } from '../../src/consensus/leaders.ts'
import { decodeMessage } from '../../src/consensus/message.ts'
import { type Pacing, timingFor } from '../../src/consensus/timing.ts'
import type { Evidence } from '../../src/consensus/turn.ts'
import { type Certificate, type Vote, verifyCertificate } from '../../src/consensus/vote.ts'
import type { Logger } from '../../src/platform/ports.ts'
import type { View } from '../../src/primitives/ids.ts'
import { SimulatedApplication, SimulatedStore } from '../simulation/application.ts'
import { SimulatedDisk } from '../simulation/log.ts'
import { SimulatedNetwork } from '../simulation/network.ts'
import { SeededRandom } from '../simulation/random.ts'
import { simulatedScheme, simulatedSigner } from '../simulation/signatures.ts'
import { SimulatedTime } from '../simulation/time.ts'
import { Adversary } from './adversary.ts'
import { committeeOf, genesisBlock } from './fixtures.ts'

export const DELAY_MS = 100
const TIMING = { ...timingFor(DELAY_MS), backoffMax: 4 }
/** How long the network is well before the simulation ends. */
const STABLE_MS = 9000
/** What everyone must have caught up with at the end: the highest block this long before. */
const LAG_MS = 2000

export type Style = 'honest' | 'silent' | 'twin' | 'chaos'

export interface Scenario {
  readonly weights: readonly number[]
  readonly styles: readonly Style[]
  readonly observers: number
  readonly stableAtMs: number
  readonly loss: number
  readonly duplication: number
  readonly crashRate: number
  readonly executionMs: number
  readonly pacing: Pacing
  /** Blocks until the instance ends; null: it doesn't. */
  readonly length: number | null
}

export interface Outcome {
  readonly height: number
  readonly messages: number
  readonly crashes: number
  readonly evidence: number
  readonly views: number
  readonly finished: number
}

/** Draws sizes, weights, faults and pacing; Byzantine weight stays below a third. */
export function drawScenario(random: SeededRandom): Scenario {
  const size = random.pick([4, 5, 5, 6, 7, 7, 10])
  const weights = Array.from({ length: size }, () => 1)
  if (random.chance(0.5)) for (let seat = 0; seat < size; seat++) weights[seat] = 1 + random.below(20)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const styles: Style[] = weights.map(() => 'honest')
  let byzantine = 0
  for (const seat of random.shuffled(weights.map((_, index) => index))) {
    if (3 * (byzantine + weights[seat]!) >= total || !random.chance(0.8)) continue
    byzantine += weights[seat]!
    styles[seat] = random.pick(['twin', 'twin', 'chaos', 'silent'])
  }
  return {
    weights,
    styles,
    observers: random.pick([0, 0, 1]),
    stableAtMs: random.pick([0, 1500, 4000]),
    loss: random.pick([0, 0.05, 0.3, 0.7]),
    duplication: random.pick([0, 0.2]),
    crashRate: random.pick([0, 0, 0.3, 1]),
    executionMs: random.pick([2, 10, 60]),
    pacing: random.pick([
      { minBlockMs: 0, heartbeatMs: 0, instant: true },
      { minBlockMs: 0, heartbeatMs: 700, instant: true },
      { minBlockMs: 150, heartbeatMs: 0, instant: false },
    ]),
    length: random.chance(0.3) ? 5 + random.below(30) : null,
  }
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
  committedHeight: number
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
  readonly #nodes: Node[] = []
  readonly #released = new Map<string, string>()
  readonly #canonical = new Map<number, string>()
  /** By phase and name: which half of a twin sees that peer: 0 both, 1, 2, or 3 none. */
  readonly #visibility = new Map<string, number>()
  /** By view: when the first honest node was seen in it. */
  readonly #entered = new Map<number, number>()
  readonly #finalViews = new Set<number>()
  /** Whatever an honest leader has proposed. */
  readonly #proposed = new Map<string, Block>()
  #crashes = 0
  #evidence = 0
  #views = 0
  #failure: string | null = null

  constructor(seed: number, random: SeededRandom, scenario: Scenario) {
    this.#seed = seed
    this.#random = random
    this.#scenario = scenario
    this.#committee = committeeOf(scenario.weights)
    this.#leaders = leadersOf(this.#committee)
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
    for (const node of this.#nodes) this.#time.schedule(this.#random.below(20), () => this.#boot(node))
    this.#scheduleWork()
    const endMs = this.#startMs + this.#scenario.stableAtMs + STABLE_MS
    await this.#runTo(endMs - LAG_MS)
    const height = Math.max(this.#genesis.header.height, ...this.#canonical.keys())
    await this.#runTo(endMs)
    this.#checkLiveness(height)
    this.#checkViews(endMs)
    // Not awaited: commits under way would need more simulated time.
    for (const node of this.#nodes) void node.engine?.stop()
    this.#throwFailure()
    return {
      height: Math.max(...this.#canonical.keys()) - this.#genesis.header.height,
      messages: this.#network.messages,
      crashes: this.#crashes,
      evidence: this.#evidence,
      views: this.#views,
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
        committedHeight: this.#genesis.header.height,
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
      onCommit: (blocks, certificate) => this.#onCommit(node, blocks, certificate),
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
        this.#noteEntered(node)
        this.#time.schedule(0, () => (this.#crashesNow(node) ? this.#crash(node) : callback()))
      },
      logger: this.#loggerOf(node),
      send: (to, bytes) => this.#send(node, to, bytes, adversary),
      onEvidence: (evidence) => this.#onEvidence(node, evidence),
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

  #crashesNow(node: Node): boolean {
    const { crashRate } = this.#scenario
    if (crashRate === 0 || node.style !== 'honest' || this.#network.isStable) return false
    return this.#random.chance(0.02 * crashRate)
  }

  #send(node: Node, to: string, bytes: Uint8Array, adversary: Adversary | null): void {
    if (node.engine === null) return
    if (node.style === 'honest') this.#recordReleased(node, bytes)
    const names = new Set(this.#nodes.map((other) => other.name))
    for (const name of names) {
      if (name === node.name || (to !== 'all' && to !== name) || !this.#sees(node, name)) continue
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

  // ---- what must hold

  /** An honest node never signs NN, FF, XF or FN, across all its crashes. */
  #recordReleased(node: Node, bytes: Uint8Array): void {
    const message = decodeMessage(bytes)
    if (message.type !== 'vote' && message.type !== 'proposal') return
    const { vote } = message
    if (message.type === 'proposal') this.#proposed.set(vote.digest, message.block)
    if (vote.signer !== node.seat) this.#fail(`${node.name} voted for seat ${vote.signer}`)
    this.#views = Math.max(this.#views, vote.view)
    const released = (kind: string) => this.#released.get(`${node.seat}:${kind}:${vote.view}`)
    const before = released(vote.kind)
    this.#released.set(`${node.seat}:${vote.kind}:${vote.view}`, vote.digest)
    if (before !== undefined && before !== vote.digest)
      this.#fail(`${node.name} signed ${vote.kind}${vote.kind} in view ${vote.view}`)
    const [n, x, f] = [released('N'), released('X'), released('F')]
    if (x !== undefined && f !== undefined) this.#fail(`${node.name} signed XF in view ${vote.view}`)
    if (vote.kind === 'F') this.#checkExecuted(node, vote.digest)
    if (n !== undefined && f !== undefined && n !== f)
      this.#fail(`${node.name} signed FN in view ${vote.view}`)
  }

  /** RULE F: whoever votes to finalize has executed the block, if in an earlier life. */
  #checkExecuted(node: Node, digest: string): void {
    const block = this.#proposed.get(digest)
    if (block !== undefined && !node.store.hasEverExecuted(block))
      this.#fail(`${node.name} finalizes a block unseen`)
  }

  #onCommit(node: Node, blocks: readonly Block[], certificate: Certificate): void {
    if (node.style !== 'honest') return
    const last = blocks[blocks.length - 1]!
    if (certificate.kind !== 'F' || certificate.digest !== last.digest)
      this.#fail(`${node.name}: certificate of another block`)
    if (!verifyCertificate(this.#committee, simulatedScheme, certificate))
      this.#fail(`${node.name}: bad certificate`)
    // What was committed but not yet durable when a node crashed is committed again.
    const durable = Math.max(this.#genesis.header.height, ...node.store.blocks.keys())
    const first = blocks[0]!.header.height
    if (first !== node.committedHeight + 1 && first !== durable + 1) {
      this.#fail(`${node.name}: commits ${first} after ${node.committedHeight}`)
    }
    for (const block of blocks) {
      this.#checkAgreement(node, block)
      this.#finalViews.add(block.header.view)
    }
    node.committedHeight = last.header.height
  }

  #checkAgreement(node: Node, { header, digest }: Block): void {
    const canonical = this.#canonical.get(header.height) ?? digest
    if (canonical !== digest) this.#fail(`${node.name}: disagreement at height ${header.height}`)
    this.#canonical.set(header.height, digest)
    const { length } = this.#scenario
    if (length !== null && header.height > this.#genesis.header.height + length)
      this.#fail('a block after the terminal one')
  }

  #noteEntered({ style, engine }: Node): void {
    const view = engine?.status().view
    if (style === 'honest' && view !== undefined && !this.#entered.has(view))
      this.#entered.set(view, this.#time.now())
  }

  /**
   * With a good network, quick execution, and honest leaders in this view and the two before, a view ends with a final block. Two: an
   * equivocator's certified body may have to be fetched first, which costs a round trip.
   */
  #checkViews(endMs: number): void {
    const { executionMs, length, stableAtMs, styles } = this.#scenario
    if (executionMs > 2 || length !== null) return
    const isHonest = (view: number) => styles[this.#leaders.leaderOf(view as View)] === 'honest'
    for (const [view, at] of this.#entered) {
      if (at < this.#startMs + stableAtMs + 2500 || at > endMs - 2500) continue
      if (![view, view - 1, view - 2].every(isHonest) || this.#finalViews.has(view)) continue
      this.#fail(
        `view ${view}, entered at ${at}, is led by honest ${this.#leaders.leaderOf(view as View)} and came to nothing`,
      )
    }
  }

  #onEvidence(node: Node, { first, second, kind }: Evidence): void {
    if (node.style !== 'honest') return
    this.#evidence++
    if (this.#scenario.styles[first.signer] === 'honest')
      this.#fail(`${node.name} accuses honest seat ${first.signer}`)
    if (!contradicts(first, second)) this.#fail(`${node.name}: ${kind} evidence that proves nothing`)
  }

  #checkLiveness(heightBefore: number): void {
    const { length } = this.#scenario
    const grown = heightBefore - this.#genesis.header.height
    const expected = Math.min(length ?? Infinity, 3)
    if (grown < expected) this.#fail(`only ${grown} blocks in ${STABLE_MS - LAG_MS} ms of a good network`)
    for (const node of this.#nodes) {
      if (node.style !== 'honest') continue
      if (node.committedHeight < heightBefore) {
        this.#fail(
          `${node.name} stuck at ${node.committedHeight}, others had ${heightBefore} ${LAG_MS} ms ago ${JSON.stringify(node.engine?.status())}`,
        )
      }
      if (grown === length && node.terminal === null) this.#fail(`${node.name} did not finish`)
    }
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

  #fail(why: string): void {
    this.#failure ??= why
  }

  #throwFailure(): void {
    if (this.#failure === null) return
    const { styles, stableAtMs, loss, crashRate, length, executionMs, pacing } = this.#scenario
    const drawn = JSON.stringify({ styles, stableAtMs, loss, crashRate, length, executionMs, pacing })
    throw new Error(`seed ${this.#seed}: ${this.#failure}\n${drawn}`)
  }
}

function contradicts(first: Vote, second: Vote): boolean {
  if (first.view !== second.view || first.signer !== second.signer) return false
  if (first.kind === 'X' || second.kind === 'X')
    return first.kind !== second.kind && first.kind !== 'N' && second.kind !== 'N'
  return first.digest !== second.digest
}

function leadersOf({ members }: Committee): LeaderSchedule {
  const weights = members.map((member) => member.weight)
  const areEqual = weights.every((weight) => weight === weights[0])
  return areEqual ? roundRobin(weights.length) : weightedRoundRobin(weights, new Uint8Array(32))
}
