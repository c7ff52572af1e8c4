/**
 * Runs one chain, the Beacon Layer's or a rollup's, through its instances: the engine of the present one, and when that has finished at
 * its terminal block, the next one's from there. Enter: bytes from peers, news of connections. Leave: bytes to peers, final blocks into
 * the application. A finished engine serves laggards until the next has finished; older instances are answered from the store.
 */

import type { Application } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import { collectChain } from '../consensus/chain-server.ts'
import type { Committee } from '../consensus/committee.ts'
import { createEngine, type Engine, type EngineStatus } from '../consensus/engine.ts'
import type { LeaderSchedule } from '../consensus/leaders.ts'
import { decodeMessage, encodeMessage } from '../consensus/message.ts'
import { type Pacing, timingFor } from '../consensus/timing.ts'
import type { Evidence, Milestone } from '../consensus/turn.ts'
import type { Certificate } from '../consensus/vote.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import type { Clock, Logger, RecordLog, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { type Instance, instanceKey } from '../primitives/ids.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'

/** What one instance is run with. */
export interface InstancePlan {
  readonly committee: Committee
  /** This node's seat; -1 to follow. */
  readonly seat: number
  readonly genesis: Block
  readonly isTerminal: (block: Block) => boolean
  readonly leaders: LeaderSchedule
  /** Who exchanges this instance's messages with us: network keys, and the seat of each or -1. */
  readonly peers: ReadonlyMap<Hex, number>
}

export interface ChainOptions {
  readonly application: Application
  readonly scheme: SignatureScheme
  readonly signer: VoteSigner
  readonly pacing: Pacing
  readonly delayBoundMs: number
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  /** Null as long as the instance's committee or genesis isn't known here; `poke` asks again. */
  readonly planOf: (instance: Instance) => InstancePlan | null
  readonly successorOf: (instance: Instance, terminal: Block) => Instance
  /** The final blocks of any instance, present or past. */
  readonly blocksOf: (instance: Instance) => BlockSource
  readonly openLog: (instance: Instance) => RecordLog
  /** The instance's log is no longer needed. */
  readonly discardLog: (instance: Instance) => void
  readonly send: (to: readonly Hex[], instance: Instance, bytes: Uint8Array) => void
  readonly onEntered?: (instance: Instance, seat: number) => void
  readonly onMilestone?: (milestone: Milestone) => void
  readonly onEvidence?: (instance: Instance, evidence: Evidence) => void
  readonly onFailure: (error: BeaconError) => void
}

/** Messages of an instance that this node hasn't started; the oldest are dropped, for everything is repeated until it is answered. */
const EARLY_MESSAGES_MAX = 256
/** A laggard in an old instance is told where that ended at most this often. */
const LAGGARD_INTERVAL_MS = 200

interface Running {
  readonly instance: Instance
  readonly plan: InstancePlan
  readonly engine: Engine
  /** Null for those who only follow. */
  readonly log: RecordLog | null
}

interface EarlyMessage {
  readonly key: string
  readonly from: Hex
  readonly bytes: Uint8Array
}

export class InstanceChain {
  readonly #options: ChainOptions
  readonly #connected = new Set<Hex>()
  readonly #told = new Map<Hex, number>()
  #early: EarlyMessage[] = []
  #present: Running | null = null
  /** Finished, kept for laggards. */
  #previous: Running | null = null
  /** To be started as soon as there is a plan for it. */
  #next: Instance | null = null
  #workSince: number | null = null
  #isStopped = false

  constructor(options: ChainOptions) {
    this.#options = options
  }

  /** Starts, or goes on, with `instance`. */
  async start(instance: Instance): Promise<void> {
    this.#next = instance
    await this.poke()
  }

  /** Something became known: start the next instance if that was what it waited for. */
  async poke(): Promise<void> {
    const instance = this.#next
    if (instance === null || this.#isStopped) return
    const plan = this.#options.planOf(instance)
    if (plan === null) return
    this.#next = null
    await this.#run(instance, plan)
  }

  /** The instance under way, or null before the first. */
  get instance(): Instance | null {
    return this.#present?.instance ?? null
  }

  get plan(): InstancePlan | null {
    return this.#present?.plan ?? null
  }

  status(): EngineStatus | null {
    return this.#present?.engine.status() ?? null
  }

  receive(from: Hex, instance: Instance, bytes: Uint8Array): void {
    const key = instanceKey(instance)
    const running = [this.#present, this.#previous].find(
      (one) => one !== null && instanceKey(one.instance) === key,
    )
    if (running) running.engine.receive(from, bytes)
    else if (this.#isPast(instance)) void this.#answerLaggard(from, instance, bytes)
    else this.#keepEarly({ key, from, bytes })
  }

  peerConnected(peer: Hex): void {
    this.#connected.add(peer)
    for (const running of [this.#present, this.#previous]) {
      const seat = running?.plan.peers.get(peer)
      if (seat !== undefined) running!.engine.peerConnected(peer, seat)
    }
  }

  peerDisconnected(peer: Hex): void {
    this.#connected.delete(peer)
    this.#told.delete(peer)
    this.#present?.engine.peerDisconnected(peer)
    this.#previous?.engine.peerDisconnected(peer)
  }

  /** Since when (Unix ms) there has been work that is in no block; null if there is none. */
  work(since: number | null): void {
    this.#workSince = since
    this.#present?.engine.work(since)
  }

  /** Stops voting in `instance`, if it is under way, and waits for `next`. */
  async abandon(instance: Instance, next: Instance | null): Promise<void> {
    if (this.#present !== null && instanceKey(this.#present.instance) === instanceKey(instance)) {
      await this.#retirePrevious()
      await this.#present.engine.stop()
    }
    if (next !== null) await this.start(next)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const running of [this.#present, this.#previous]) {
      await running?.engine.stop()
      running?.log?.close()
    }
  }

  async #run(instance: Instance, plan: InstancePlan): Promise<void> {
    const { application, scheme, signer, clock, timers, logger } = this.#options
    const blocks = this.#options.blocksOf(instance)
    const log = plan.seat < 0 ? null : this.#options.openLog(instance)
    // An empty log beside committed blocks is a lost one: nobody knows what this node has signed (RULE A).
    const mayVote = (log?.recovered.length ?? 0) > 0 || (await blocks.head()) === null
    const everyone = [...plan.peers.keys()]
    const engine = createEngine({
      committee: plan.committee,
      seat: plan.seat,
      genesis: plan.genesis,
      isTerminal: plan.isTerminal,
      leaders: plan.leaders,
      pacing: this.#options.pacing,
      timing: timingFor(this.#options.delayBoundMs),
      scheme,
      signer: plan.seat < 0 ? null : signer,
      mayVote,
      log,
      application,
      blocks,
      clock,
      timers,
      endOfTurn: setImmediate,
      logger,
      send: (to, bytes) => this.#options.send(to === 'all' ? everyone : [to as Hex], instance, bytes),
      onMilestone: this.#options.onMilestone,
      onEvidence: (evidence) => this.#options.onEvidence?.(instance, evidence),
      onFinished: (terminal) => void this.#finish(instance, terminal),
      onFailure: this.#options.onFailure,
    })
    await this.#retirePrevious()
    this.#previous = this.#present
    this.#present = { instance, plan, engine, log }
    for (const [peer, seat] of plan.peers) if (this.#connected.has(peer)) engine.peerConnected(peer, seat)
    engine.work(this.#workSince)
    await engine.start()
    this.#options.onEntered?.(instance, plan.seat)
    this.#deliverEarly(instanceKey(instance), engine)
  }

  async #finish(instance: Instance, terminal: Block): Promise<void> {
    if (this.#isStopped) return
    try {
      await this.start(this.#options.successorOf(instance, terminal))
    } catch (cause) {
      this.#options.onFailure(cause as BeaconError)
    }
  }

  async #retirePrevious(): Promise<void> {
    const previous = this.#previous
    this.#previous = null
    if (previous === null) return
    await previous.engine.stop()
    previous.log?.close()
    this.#options.discardLog(previous.instance)
  }

  #isPast(instance: Instance): boolean {
    const present = this.#present?.instance
    if (present === undefined) return false
    return instance.epoch < present.epoch || (instance.epoch === present.epoch && instance.sub < present.sub)
  }

  /** Blocks if it asks for blocks, and else the certificate that ended the instance, so that it knows what to ask for. */
  async #answerLaggard(from: Hex, instance: Instance, bytes: Uint8Array): Promise<void> {
    try {
      const message = decodeMessage(bytes)
      const source = this.#options.blocksOf(instance)
      if (message.type === 'chainRequest') {
        const response = await collectChain(source, message.fromHeight, message.max)
        if (response !== null) this.#options.send([from], instance, encodeMessage(response))
        return
      }
      const now = this.#options.clock.now()
      if (now - (this.#told.get(from) ?? 0) < LAGGARD_INTERVAL_MS) return
      this.#told.set(from, now)
      const certificate: Certificate | undefined = (await source.head())?.certificate
      if (certificate === undefined) return
      this.#options.send([from], instance, encodeMessage({ type: 'certificate', certificate }))
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  }

  #keepEarly(message: EarlyMessage): void {
    this.#early.push(message)
    if (this.#early.length > EARLY_MESSAGES_MAX) this.#early.shift()
  }

  #deliverEarly(key: string, engine: Engine): void {
    const waiting = this.#early
    this.#early = waiting.filter((message) => message.key !== key)
    for (const message of waiting) if (message.key === key) engine.receive(message.from, message.bytes)
  }
}
