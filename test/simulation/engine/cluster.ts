/**
 * A whole instance under simulation: production engines on simulated clock, network, disk and application, with faults drawn from the
 * seed. Every signature that is released, every commit and every piece of evidence is checked as it happens.
 */

import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'
import { Machine, type Sight } from './machine.ts'
import { Mishaps } from './mishaps.ts'
import { drawScenario, type Scenario } from './scenario.ts'
import { drawSight } from './twin-sight.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

/** How much time passes before a breach is noticed. */
const STRIDE_MS = 250

export interface Outcome {
  /** Of all that happened: two runs with the same one were the same. */
  readonly digest: Hex
  /** Blocks since genesis that some honest node committed. */
  readonly height: number
  readonly messages: number
  readonly crashes: number
  readonly evidence: number
  readonly views: number
  /** Nodes that saw the instance end. */
  readonly finished: number
  /** 1 if certificates that exclude each other were possible; only with a third of the weight Byzantine. */
  readonly forks: number
}

export interface SimulateOptions extends WorldOptions {
  /** Whom each node of a twin sees; drawn by default. */
  readonly sightIn?: (world: World) => Sight
}

/** Runs a seed to its end; throws an Error that names the seed and the invariant if one breaks. */
export async function simulate(
  seed: number,
  overrides: Partial<Scenario> = {},
  options: SimulateOptions = {},
): Promise<Outcome> {
  const random = new SeededRandom(seed)
  const scenario = { ...drawScenario(random), ...overrides }
  return new Cluster(seed, random, scenario, options).run()
}

export class Cluster {
  readonly world: World
  readonly machines: Machine[] = []
  readonly #seed: number
  readonly #mishaps: Mishaps

  constructor(seed: number, random: SeededRandom, scenario: Scenario, options: SimulateOptions = {}) {
    this.#seed = seed
    this.world = createWorld(random, scenario, options)
    this.#mishaps = new Mishaps(this.world, this.machines)
    const sight = options.sightIn?.(this.world) ?? drawSight(this.world)
    for (const [index, name] of this.world.network.names.entries())
      this.#addMachines(name, index < scenario.weights.length ? index : -1, sight)
  }

  async run(): Promise<Outcome> {
    const { random, scenario, time, endMs, referee, network, journal } = this.world
    this.#mishaps.schedule()
    const late = this.machines.find(({ style, seat }) => style === 'honest' && seat >= 0)
    for (const machine of this.machines) {
      const delayMs = machine === late ? scenario.lateMs : 0
      time.schedule(delayMs + random.below(20), () => machine.boot())
    }
    this.#scheduleWork()
    await this.#runTo(endMs)
    this.#checkLiveness()
    const { hasSplit } = referee.checkGuilt()
    this.#throwBreach()
    // Not awaited: commits under way would need more simulated time.
    for (const { engine } of this.machines) void engine?.stop()
    return {
      digest: journal.digest(),
      height: referee.chain.height,
      messages: network.messages,
      crashes: this.#mishaps.crashes,
      evidence: referee.evidence,
      views: referee.highestView,
      finished: this.machines.filter(({ terminal }) => terminal !== null).length,
      forks: hasSplit ? 1 : 0,
    }
  }

  #addMachines(name: string, seat: number, sight: Sight): void {
    const style = this.world.scenario.styles[seat] ?? 'honest'
    if (style === 'silent') return
    for (const half of style === 'twin' ? [1, 2] : [0])
      this.machines.push(
        new Machine(this.world, { name, seat, style, half }, this.machines, this.#mishaps, sight),
      )
  }

  /** On chains with a heartbeat, work comes and goes. */
  #scheduleWork(): void {
    const { random, scenario, time } = this.world
    if (scenario.pacing.heartbeatMs === 0) return
    const isThere = random.chance(0.5)
    for (const machine of this.machines) machine.engine?.work(isThere ? machine.time.now() : null)
    time.schedule(random.below(1500), () => this.#scheduleWork())
  }

  async #runTo(atMs: number): Promise<void> {
    const { time } = this.world
    while (time.now() < atMs) {
      await time.run(Math.min(atMs, time.now() + STRIDE_MS))
      this.#throwBreach()
    }
  }

  /** Nothing is expected of a network with a third of its weight Byzantine. */
  #checkLiveness(): void {
    const { referee, scenario } = this.world
    const { chain, liveness, breaches } = referee
    if (scenario.isOverloaded) return
    liveness.checkProgress(chain.height)
    liveness.checkL1(chain.finalViews)
    for (const machine of this.machines.filter(({ isLawful, engine }) => isLawful && engine !== null)) {
      liveness.checkL2(machine, chain.heightOf(machine))
      const hasEnded = scenario.length !== null && liveness.isDue(scenario.length)
      if (hasEnded && machine.terminal === null)
        breaches.report('S11', `${machine.label} does not know that the instance is over`)
    }
  }

  #throwBreach(): void {
    const { first } = this.world.referee.breaches
    if (first === null) return
    throw new Error(`seed ${this.#seed}: ${first}\n${JSON.stringify(this.world.scenario)}`)
  }
}
