/** Brings the troubles of a scenario over a simulated network, each at its time, and takes them away again. */

import type { LinkConditions } from '../../../src/network/simulated-links.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'
import { NO_FAULTS } from '../../../src/primitives/node-faults.ts'
import type { Machine } from '../../../src/simulation/machine.ts'
import type { SimulatedNetwork } from '../../../src/simulation/network.ts'
import type { NetworkScenario, Trouble } from './scenario.ts'

/** A process that ended is started again within this. */
const RESTART_MS = 3_000
/** What a slow link's delay is multiplied by, at most. */
const SLOWNESS = 15

/** What is wrong with the links at present, asked for each message. */
export class LinkTroubles implements LinkConditions {
  readonly breakAfterMs: number
  readonly #delayMs: number
  readonly #random: SeededRandom
  /** By network key, once the machines have one. */
  readonly #indices = new Map<Hex, number>()
  readonly #cuts = new Set<(from: number, to: number) => boolean>()
  readonly #slow = new Map<number, number>()

  constructor(delayMs: number, random: SeededRandom) {
    this.#delayMs = delayMs
    this.#random = random
    this.breakAfterMs = 1_000 + random.below(9_000)
  }

  learn(machines: readonly Machine[]): void {
    for (const { networkKey, index } of machines) this.#indices.set(networkKey, index)
  }

  delayMs(from: Hex, to: Hex): number {
    const slowness = Math.max(
      this.#slow.get(this.#indexOf(from)) ?? 1,
      this.#slow.get(this.#indexOf(to)) ?? 1,
    )
    return 1 + this.#random.below(Math.ceil(this.#delayMs * slowness))
  }

  isCut(from: Hex, to: Hex): boolean {
    for (const cut of this.#cuts) if (cut(this.#indexOf(from), this.#indexOf(to))) return true
    return false
  }

  /** Returns what ends it. */
  cut(isCut: (from: number, to: number) => boolean): () => void {
    this.#cuts.add(isCut)
    return () => void this.#cuts.delete(isCut)
  }

  slow(machine: number, slowness: number): () => void {
    this.#slow.set(machine, slowness)
    return () => void this.#slow.delete(machine)
  }

  #indexOf(key: Hex): number {
    return this.#indices.get(key) ?? -1
  }
}

export class Troubles {
  /** Processes that ended for whatever reason. */
  crashes = 0
  readonly #network: SimulatedNetwork
  readonly #links: LinkTroubles
  readonly #random: SeededRandom
  readonly #trace: (line: string) => void
  readonly #ends = new Set<() => void>()
  readonly #out = new Set<Machine>()

  constructor(
    network: SimulatedNetwork,
    links: LinkTroubles,
    random: SeededRandom,
    trace: (line: string) => void,
  ) {
    this.#network = network
    this.#links = links
    this.#random = random
    this.#trace = trace
  }

  schedule({ troubles, stableAtMs }: NetworkScenario): void {
    for (const trouble of troubles) {
      this.#network.time.schedule(trouble.atMs, () => this.#begin(trouble))
    }
    this.#network.time.schedule(stableAtMs, () => this.#heal())
  }

  /** A process gave up by itself; whoever looks after it starts it again. */
  noteFailure(machine: number, cause: unknown): void {
    this.#trace(`validator ${machine} failed: ${cause instanceof Error ? cause.message : String(cause)}`)
    this.#died(this.#network.machines[machine]!)
  }

  #begin(trouble: Trouble): void {
    this.#trace(`${trouble.kind} of ${trouble.machines.join(', ')} for ${trouble.lastsMs} ms`)
    const end = this.#start(trouble)
    const stop = () => {
      if (!this.#ends.delete(stop)) return
      this.#trace(`${trouble.kind} ends`)
      end()
    }
    this.#ends.add(stop)
    this.#network.time.schedule(trouble.lastsMs, stop)
  }

  /** Begins it; the result ends it. */
  #start({ kind, machines: indices, lastsMs, degree }: Trouble): () => void {
    const { l1, l1Rpc, time } = this.#network
    const machines = indices.map((index) => this.#network.machines[index]!)
    const isIn = (index: number) => indices.includes(index)
    const isAcross = (from: number, to: number) => isIn(from) !== isIn(to)
    switch (kind) {
      case 'kill':
        return this.#each(machines, (machine) => this.#kill(machine))
      case 'outage':
        return this.#each(machines, (machine) => this.#takeOut(machine))
      case 'power':
      case 'blackout':
        return this.#each(machines, (machine) => this.#losePower(machine))
      case 'dieAtSync':
        return this.#each(machines, (machine) => this.#dieAtSync(machine))
      case 'halves':
      case 'minority':
        return this.#links.cut(isAcross)
      case 'oneWay':
        return this.#links.cut((from, to) => isIn(from) && !isIn(to))
      case 'flapping': {
        const periodMs = 100 + Math.floor(degree * 2_000)
        return this.#links.cut(
          (from, to) => isAcross(from, to) && Math.floor(time.now() / periodMs) % 2 === 0,
        )
      }
      case 'lossy':
        return this.#lose(machines, 5 + Math.floor(degree * 65))
      case 'slow': {
        const ends = indices.map((index) => this.#links.slow(index, 1 + degree * SLOWNESS))
        return () => {
          for (const end of ends) end()
        }
      }
      case 'resets':
        return this.#repeat(50 + degree * 1_000, () => this.#reset())
      case 'pause':
        return this.#each(machines, (machine) => {
          machine.pause()
          return () => machine.resume()
        })
      case 'seats':
        for (const machine of machines) machine.endSeats()
        return () => {}
      case 'slowDisk':
        return this.#each(machines, ({ disk }) => {
          disk.slowMs = 10 + Math.floor(degree * 200)
          return () => {
            disk.slowMs = 0
          }
        })
      case 'fullDisk':
        return this.#each(machines, ({ disk }) => {
          disk.isFull = true
          return () => {
            disk.isFull = false
          }
        })
      case 'clockJump':
        for (const { clock } of machines) clock.setAhead(clock.aheadMs + Math.floor((degree - 0.5) * 10_000))
        return () => {}
      case 'withhold':
        return this.#tell(machines, degree < 0.5 ? { withholdsFromMost: 'all' } : { withholdsFromAll: 'all' })
      case 'equivocate':
        return this.#tell(machines, { equivocates: 'all' })
      case 'l1Stall':
        l1.isStalled = true
        return () => {
          l1.isStalled = false
        }
      case 'l1Crowded':
        l1.isCrowded = true
        return () => {
          l1.isCrowded = false
        }
      case 'l1Down':
        l1Rpc.isDown = true
        return () => {
          l1Rpc.isDown = false
        }
      case 'l1Reorg':
        l1.reorganize(1 + Math.floor(degree ** 2 * 32))
        return this.#repeat(lastsMs / 2 + 500, () => l1.reorganize(1 + this.#random.below(4)))
    }
  }

  /** Everything is well from now on. */
  #heal(): void {
    this.#trace('all is well')
    for (const end of [...this.#ends]) end()
    for (const machine of this.#network.machines) if (!machine.isUp) machine.start()
  }

  #each(machines: readonly Machine[], begin: (machine: Machine) => () => void): () => void {
    const ends = machines.map(begin)
    return () => {
      for (const end of ends) end()
    }
  }

  #kill(machine: Machine): () => void {
    if (machine.isUp) {
      machine.kill()
      this.#died(machine)
    }
    return () => {}
  }

  /** It stays down until that is over. */
  #takeOut(machine: Machine): () => void {
    this.#out.add(machine)
    this.#kill(machine)
    return () => {
      this.#out.delete(machine)
      machine.start()
    }
  }

  #losePower(machine: Machine): () => void {
    if (machine.isUp) {
      machine.losePower()
      this.#died(machine)
    }
    return () => {}
  }

  /** In the middle of a turn: what it was about to say is never said. */
  #dieAtSync(machine: Machine): () => void {
    const when = this.#random.pick(['before', 'after'] as const)
    machine.disk.onSync = (at) => {
      if (at !== when || !this.#random.chance(0.05) || !machine.isUp) return
      this.#trace(`validator ${machine.index} dies ${when} a sync`)
      if (this.#random.chance(0.5)) machine.kill()
      else machine.losePower()
      this.#died(machine)
    }
    return () => {
      machine.disk.onSync = () => {}
    }
  }

  #died(machine: Machine): void {
    this.crashes++
    this.#network.time.schedule(50 + this.#random.below(RESTART_MS), () => {
      if (!this.#out.has(machine)) machine.start()
    })
  }

  /** The messages of these machines get lost, though their connections stand. */
  #lose(machines: readonly Machine[], lossPercent: number): () => void {
    const peers = this.#network.machines.map(({ networkKey }) => networkKey)
    return this.#each(machines, (machine) => {
      const links = peers
        .filter((peer) => peer !== machine.networkKey)
        .map((peer) => ({ peer, delayMs: 0, jitterMs: 0, lossPercent }))
      machine.setFaults({ ...NO_FAULTS, links })
      return () => machine.setFaults(NO_FAULTS)
    })
  }

  #tell(machines: readonly Machine[], faults: Partial<typeof NO_FAULTS>): () => void {
    return this.#each(machines, (machine) => {
      machine.setFaults({ ...NO_FAULTS, ...faults })
      return () => machine.setFaults(NO_FAULTS)
    })
  }

  #reset(): void {
    const [a, b] = this.#random.shuffled(this.#network.machines)
    this.#network.links.reset(a!.networkKey, b!.networkKey)
  }

  #repeat(everyMs: number, act: () => void): () => void {
    let isOver = false
    const next = () => {
      if (isOver) return
      act()
      this.#network.time.schedule(everyMs, next)
    }
    this.#network.time.schedule(everyMs, next)
    return () => {
      isOver = true
    }
  }
}
