/** Makes a run's faults happen to its machines: crashes, power loss, full and slow disks, lost logs, wrong clocks, outages. */

import type { DiskOperation } from '../../../src/platform/simulated/record-log.ts'
import type { Outage } from './faults.ts'
import type { Machine } from './machine.ts'
import type { World } from './world.ts'

/** What a disk throws when a simulation wants it to. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault'
}

/** Chance of a crash at each occasion, at a crash rate of 1. */
const CRASH_CHANCES = { turn: 0.01, send: 0.01, disk: 0.01 }
/** A crashed machine starts again after 50 ms to this. */
const RESTART_MS_MAX = 1500
/** How long a slow disk may take for one sync, and how often it does. */
const SLOW_SYNC_MS_MAX = 300
const SLOW_SYNC_CHANCE = 0.1
/** How wrong a clock goes: by this much of its rate, and by this much once it is set. */
const DRIFT_MAX = 0.3
const AHEAD_MS_MAX = 1000

export class Mishaps {
  crashes = 0
  readonly #world: World
  /** All there are; filled after this was made. */
  readonly #machines: readonly Machine[]
  /** From when to when a machine's disk is full. */
  readonly #fullDisks = new Map<Machine, readonly [number, number]>()
  /** Machines that lose their log with the crash under way. */
  readonly #losing = new Set<Machine>()
  readonly #switchedOff = new Set<Machine>()

  constructor(world: World, machines: readonly Machine[]) {
    this.#world = world
    this.#machines = machines
  }

  /** To be called once, when all machines are there. */
  schedule(): void {
    const { scenario, time } = this.#world
    const { powerLossMs, reconnects, outages } = scenario.faults
    if (powerLossMs > 0) time.schedule(powerLossMs, () => this.#losePower())
    if (reconnects) this.#scheduleReconnects()
    for (const outage of outages) time.schedule(outage.atMs, () => this.#switchOff(outage))
    for (const machine of this.#machines) this.#scheduleFor(machine)
    time.schedule(scenario.stableAtMs, () => this.#setClocksRight())
  }

  /** Whether the machine dies at this moment. */
  crashesAt(machine: Machine, occasion: keyof typeof CRASH_CHANCES): boolean {
    const { scenario, network, random } = this.#world
    const { crashRate } = scenario.faults
    if (crashRate === 0 || !machine.isLawful || network.isStable) return false
    return random.chance(crashRate * CRASH_CHANCES[occasion])
  }

  /** The machine dies, and is started again after a while. */
  crash(machine: Machine): void {
    this.crashes++
    machine.crash(this.#losing.has(machine))
    const afterMs = 50 + this.#world.random.below(RESTART_MS_MAX)
    this.#world.time.schedule(afterMs, () => this.#start(machine))
  }

  /** Whatever a machine wants to write passes here. Throws if it can't. */
  beforeDisk(machine: Machine, operation: DiskOperation | 'commit'): void {
    const { random, network, scenario } = this.#world
    if (network.isStable || !machine.isLawful) return
    if (operation !== 'sync' && this.#isFull(machine)) throw new InjectedFault('no space left on device')
    if (this.crashesAt(machine, 'disk')) throw new InjectedFault('power lost')
    const isSlow = operation === 'sync' && scenario.faults.disk === 'slow' && random.chance(SLOW_SYNC_CHANCE)
    if (isSlow) machine.time.beBusy(random.below(SLOW_SYNC_MS_MAX))
  }

  #start(machine: Machine): void {
    if (machine.engine === null && !this.#switchedOff.has(machine)) machine.boot()
  }

  #scheduleFor(machine: Machine): void {
    const { random, scenario, time } = this.#world
    const { stableAtMs, faults } = scenario
    if (faults.disk === 'full' && random.chance(0.5)) {
      const fromMs = random.below(stableAtMs + 1)
      const toMs = fromMs + random.below(stableAtMs - fromMs + 1)
      this.#fullDisks.set(machine, [time.now() + fromMs, time.now() + toMs])
    }
    if (machine.style === 'amnesiac')
      time.schedule(random.below(stableAtMs + 1000), () => this.#loseLog(machine))
    if (faults.clocks === 'drifting') machine.time.setRate(1 - DRIFT_MAX + 2 * DRIFT_MAX * random.next())
    if (faults.clocks === 'jumping') this.#scheduleJump(machine)
  }

  #scheduleJump(machine: Machine): void {
    const { random, scenario, time, network } = this.#world
    time.schedule(random.below(1 + scenario.stableAtMs / 2), () => {
      if (network.isStable) return
      machine.time.setAhead(random.below(2 * AHEAD_MS_MAX) - AHEAD_MS_MAX)
      this.#scheduleJump(machine)
    })
  }

  #setClocksRight(): void {
    const leads = this.#machines.map(({ time }) => time.aheadMs)
    this.#world.referee.liveness.onClocksSetRight(Math.max(0, ...leads))
    for (const { time } of this.#machines) {
      time.setRate(1)
      time.setAhead(0)
    }
  }

  #losePower(): void {
    for (const machine of this.#machines) if (machine.isLawful && machine.engine !== null) this.crash(machine)
  }

  #loseLog(machine: Machine): void {
    if (machine.engine === null) return
    this.#losing.add(machine)
    this.crash(machine)
    this.#losing.delete(machine)
  }

  #switchOff({ seat, forMs }: Outage): void {
    for (const machine of this.#machines.filter((one) => one.seat === seat)) {
      this.#switchedOff.add(machine)
      if (machine.engine !== null) machine.crash(false)
      if (forMs !== Infinity)
        this.#world.time.schedule(forMs, () => {
          this.#switchedOff.delete(machine)
          this.#start(machine)
        })
    }
  }

  /** Who was cut off from each other in one phase is connected anew in the next. */
  #scheduleReconnects(): void {
    const { scenario, time } = this.#world
    const phases = scenario.faults.partitions.length
    for (let phase = 1; phase <= phases; phase++)
      time.schedule((scenario.stableAtMs * phase) / phases, () => this.#reconnect(phase - 1))
  }

  #reconnect(phase: number): void {
    const { network } = this.#world
    for (const machine of this.#machines) {
      for (const { name, seat, engine } of this.#machines) {
        if (name === machine.name || engine === null || machine.engine === null) continue
        if (!network.isCutIn(phase, machine.name, name) && !network.isCutIn(phase, name, machine.name))
          continue
        machine.engine.peerDisconnected(name)
        machine.engine.peerConnected(name, seat)
      }
    }
  }

  #isFull(machine: Machine): boolean {
    const interval = this.#fullDisks.get(machine)
    if (interval === undefined) return false
    const now = this.#world.time.now()
    return now >= interval[0] && now < interval[1]
  }
}
