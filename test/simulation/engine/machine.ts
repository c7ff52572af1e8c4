/**
 * One simulated machine: a disk and a store that last, a clock of its own, and from start to crash an engine with its application. What
 * goes wrong with it is told by its `Mishaps`; whatever it signs or commits is shown to the referee.
 */

import type { Block } from '../../../src/consensus/block.ts'
import { createEngine } from '../../../src/consensus/engine.ts'
import type { Engine } from '../../../src/consensus/engine-options.ts'
import { type Audience, decodeMessage, isAddressedTo } from '../../../src/consensus/message.ts'
import type { Logger } from '../../../src/platform/ports.ts'
import { LocalTime } from '../../../src/platform/simulated/local-time.ts'
import { SimulatedDisk } from '../../../src/platform/simulated/record-log.ts'
import { SimulatedApplication, SimulatedStore } from './application.ts'
import { type Behaviour, behaviourOf } from './byzantine/behaviour.ts'
import { describeBlock, describeRecord } from './describe.ts'
import { InjectedFault, type Mishaps } from './mishaps.ts'
import { isLawful, type Style } from './scenario.ts'
import { TIMING, type World } from './world.ts'

export interface Place {
  /** Its name on the network. The two nodes of a twin share one. */
  readonly name: string
  /** -1 for an observer. */
  readonly seat: number
  readonly style: Style
  /** 1 or 2 for the two nodes of a twin. */
  readonly half: number
}

/** Whether what one machine sends can reach another at all: the nodes of a twin live in worlds of their own. */
export type Sight = (from: Machine, to: Machine) => boolean

export class Machine {
  readonly name: string
  readonly seat: number
  readonly style: Style
  readonly half: number
  /** Its name, told from its twin's. */
  readonly label: string
  readonly isLawful: boolean
  readonly time: LocalTime
  readonly store: SimulatedStore
  readonly #world: World
  readonly #mishaps: Mishaps
  readonly #machines: readonly Machine[]
  readonly #sees: Sight
  readonly #disk = new SimulatedDisk()
  engine: Engine | null = null
  /** What `onFinished` reported. */
  terminal: Block | null = null
  #hasLostLog = false
  #application: SimulatedApplication | null = null
  #detach: () => void = () => {}
  #view = -1

  /** `machines`: all there are, itself included; filled when the run begins. */
  constructor(
    world: World,
    { name, seat, style, half }: Place,
    machines: readonly Machine[],
    mishaps: Mishaps,
    sees: Sight,
  ) {
    this.name = name
    this.seat = seat
    this.style = style
    this.half = half
    this.label = half === 0 ? name : `${name}${'ab'[half - 1]}`
    this.isLawful = isLawful(style)
    this.time = new LocalTime(world.time)
    this.store = new SimulatedStore(world.time)
    this.#world = world
    this.#mishaps = mishaps
    this.#machines = machines
    this.#sees = sees
  }

  boot(): void {
    const { journal, network, referee, time } = this.#world
    journal.note(this.label, 'starts')
    if (this.isLawful) referee.liveness.onStart(this, time.now())
    const behaviour = this.#createBehaviour()
    const application = this.#createApplication()
    const engine = this.#createEngine(application, behaviour)
    this.engine = engine
    this.#application = application
    this.#detach = network.attach(this, (from, bytes) => {
      this.time.whenFree(() => this.#receive(engine, behaviour, from, bytes))
    })
    time.awaitPromises()
    void engine.start().then(
      () => this.#connect(engine),
      (error) => this.#world.fail(`${this.label}: ${error.stack}`),
    )
  }

  /** Dies as it is; what wasn't synced may be lost. */
  crash(losesLog: boolean): void {
    const { journal, random } = this.#world
    journal.note(this.label, 'crashes')
    void this.engine?.stop()
    this.#application!.isDead = true
    this.engine = null
    this.#detach()
    this.#disk.crash(random)
    if (losesLog) {
      this.#hasLostLog = true
      this.#disk.lose()
    }
    for (const other of this.#machines) other.engine?.peerDisconnected(this.name)
  }

  #receive(engine: Engine, behaviour: Behaviour | null, from: string, bytes: Uint8Array): void {
    if (this.engine !== engine) return
    this.#world.journal.onDelivered(this.label, from, bytes)
    if (behaviour !== null) observe(behaviour, bytes)
    engine.receive(from, bytes)
  }

  #connect(engine: Engine): void {
    if (this.engine !== engine) return
    for (const other of this.#machines) {
      if (other.name === this.name || other.engine === null) continue
      engine.peerConnected(other.name, other.seat)
      other.engine.peerConnected(this.name, this.seat)
    }
    if (this.#world.scenario.pacing.heartbeatMs === 0) engine.work(0)
  }

  #createBehaviour(): Behaviour | null {
    const { random, committee, signers, strangers, scheme } = this.#world
    return behaviourOf(this.style, {
      random,
      committee,
      seat: this.seat,
      signer: signers[this.seat]!,
      signElsewhere: (seat, message) => strangers[seat]!.sign(message),
      aggregate: (signatures) => scheme.aggregate(signatures)!,
    })
  }

  #createApplication(): SimulatedApplication {
    const { random, genesis, scenario, referee, journal } = this.#world
    return new SimulatedApplication({
      time: this.time,
      random,
      store: this.store,
      genesis,
      executionMs: scenario.executionMs,
      buildMs: this.style === 'slow' ? scenario.slowness * TIMING.leaderMs : 0,
      beforeWrite: () => this.#mishaps.beforeDisk(this, 'commit'),
      onCommit: (blocks, certificate) => {
        journal.note(this.label, `commits ${blocks.map(describeBlock).join(', ')}`)
        if (this.isLawful) referee.onCommit(this, blocks, certificate)
      },
      onViolation: (what) => this.#world.fail(`${this.label}: ${what}`),
    })
  }

  #createEngine(application: SimulatedApplication, behaviour: Behaviour | null): Engine {
    const { committee, genesis, leaders, scenario, scheme, signers, referee, journal } = this.#world
    const { length, pacing } = scenario
    const engine: Engine = createEngine({
      committee,
      seat: this.seat,
      genesis,
      isTerminal: (block) => length !== null && block.header.height >= genesis.header.height + length,
      leaders,
      pacing,
      timing: TIMING,
      scheme,
      signer: this.seat < 0 ? null : signers[this.seat]!,
      mayVote: !this.#hasLostLog,
      log: this.#openLog(),
      walLimits: { bytesMax: 1e6, recordsMax: 24 },
      application,
      blocks: this.store,
      clock: this.time,
      timers: this.time,
      endOfTurn: (callback) => this.#endTurn(engine, callback),
      logger: this.#logger(),
      send: (to, bytes) => this.#send(engine, to, bytes, behaviour),
      onEvidence: (evidence) => {
        journal.note(this.label, `convicts seat ${evidence.first.signer} of ${evidence.kind}`)
        if (this.isLawful) referee.onEvidence(this, evidence)
      },
      onFinished: (terminal) => {
        this.terminal = terminal
        if (this.isLawful) referee.chain.onFinished(this, terminal)
      },
      onFailure: (error) => {
        const { cause } = error
        if (cause instanceof InjectedFault) this.#mishaps.crash(this)
        else if (!scenario.isOverloaded) this.#world.fail(`${this.label}: ${error.message} ${stackOf(cause)}`)
      },
    })
    return engine
  }

  #openLog() {
    const { referee, journal } = this.#world
    const log = this.#disk.open({
      before: (operation) => this.#mishaps.beforeDisk(this, operation),
      onDurable: (records) => {
        for (const record of records) journal.explain(this.label, () => describeRecord(record))
        if (this.isLawful) referee.onDurable(this, records)
      },
    })
    if (this.isLawful) referee.onDurable(this, log.recovered)
    return log
  }

  #endTurn(engine: Engine, callback: () => void): void {
    this.#noteView(engine)
    this.time.schedule(0, () => {
      if (this.engine !== engine) return
      if (this.#mishaps.crashesAt(this, 'turn')) this.#mishaps.crash(this)
      else callback()
    })
  }

  #noteView(engine: Engine): void {
    const { view } = engine.status()
    if (view === this.#view) return
    this.#view = view
    const { journal, referee, time } = this.#world
    journal.note(this.label, `enters view ${view}`)
    if (this.isLawful) referee.liveness.onView(view, time.now())
  }

  #send(engine: Engine, to: Audience, bytes: Uint8Array, behaviour: Behaviour | null): void {
    if (this.engine !== engine) return
    const { network, referee, journal } = this.#world
    journal.onSent(this.label, to, bytes)
    if (this.isLawful) referee.onSent(this, decodeMessage(bytes))
    for (const peer of this.#machines) {
      if (peer.name === this.name || !isAddressedTo(to, peer.name, peer.seat)) continue
      if (!this.#sees(this, peer)) continue
      const twisted = behaviour?.twist(peer.seat, bytes) ?? [bytes]
      if (twisted.length === 0) referee.onByzantineSilence(bytes)
      for (const sent of twisted) {
        if (!this.isLawful) referee.onByzantineSent(sent)
        network.send(this, peer, sent, this.time.busyMs)
      }
    }
    // A crash among the sends of one turn: some have left, the rest never will.
    if (this.#mishaps.crashesAt(this, 'send')) this.#mishaps.crash(this)
  }

  #logger(): Logger {
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields, message) => {
        // What ends the engine is reported by `onFailure` too; this is what the application could not do.
        const { error } = fields as { error?: Error }
        if (error !== undefined) this.#world.fail(`${this.label}: ${message} ${stackOf(error)}`)
      },
      child: () => logger,
    }
    return logger
  }
}

/** Garbage tells a Byzantine seat nothing. */
function observe(behaviour: Behaviour, bytes: Uint8Array): void {
  try {
    behaviour.observe(decodeMessage(bytes))
  } catch {}
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack! : String(error)
}
