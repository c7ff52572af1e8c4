/**
 * Runs one chain, the Beacon Layer's or a rollup's, through its instances: the engine of the present one, and when that has finished at
 * its terminal block, the next one's from there. Enter: bytes from peers, news of connections. Leave: bytes to peers, final blocks into
 * the application. A finished engine serves laggards until the next has finished; older instances are answered from the store.
 */

import type { Application } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import type { Committee } from '../consensus/committee.ts'
import { createEngine } from '../consensus/engine.ts'
import type { Engine, EngineStatus } from '../consensus/engine-options.ts'
import type { LeaderSchedule } from '../consensus/leaders.ts'
import { encodeMessage } from '../consensus/message.ts'
import { type Pacing, timingFor } from '../consensus/timing.ts'
import type { Evidence, Milestone } from '../consensus/turn.ts'
import { BeaconError, defineError } from '../errors/beacon-error.ts'
import type { Clock, Logger, RecordLog, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type Instance, instanceKey, view } from '../primitives/ids.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'
import { EarlyMessages } from './early-messages.ts'
import type { InstanceLogs } from './instance-logs.ts'
import { compareInstances } from './instance-order.ts'
import { Laggards } from './laggards.ts'

/** What one instance is run with. */
export interface InstancePlan {
  readonly committee: Committee
  /** This node's seat; -1 to follow. */
  readonly seat: number
  /** False for an instance that nobody may sign in any more: what it has certified is still followed. */
  readonly mayVote: boolean
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
  readonly endOfTurn: (callback: () => void) => void
  readonly logger: Logger
  /** Null as long as the instance's committee or genesis isn't known here; `poke` asks again. */
  readonly planOf: (instance: Instance) => InstancePlan | null
  readonly successorOf: (instance: Instance, terminal: Block) => Instance
  /** The final blocks of any instance, present or past. */
  readonly blocksOf: (instance: Instance) => BlockSource
  readonly logs: InstanceLogs
  readonly send: (to: readonly Hex[], instance: Instance, bytes: Uint8Array) => void
  readonly onEntered?: (instance: Instance, seat: number) => void
  readonly onMilestone?: (milestone: Milestone) => void
  readonly onEvidence?: (instance: Instance, evidence: Evidence) => void
  /** The chain has stopped for good. */
  readonly onFailure: (error: BeaconError) => void
}

export const CHAIN_FAILED = defineError<{ instance: string; reason: string }>({
  code: 'K101',
  name: 'CHAIN_FAILED',
  kind: 'environment',
  message: ({ instance, reason }) => `the chain could not go on to instance ${instance}: ${reason}`,
  hint: () => 'see the cause in the log; the node takes up where it stopped when it is started again',
})

/** Peers that a node asks where the instance is when it begins one. */
const PROBED_PEERS = 3
/** Nobody is asked because of an early message more often than this. */
const PROBE_INTERVAL_MS = 200

interface Running {
  readonly instance: Instance
  readonly plan: InstancePlan
  readonly engine: Engine
  /** Null for those who only follow. */
  readonly log: RecordLog | null
  /** Changes as committees after this one are drawn. */
  peers: ReadonlyMap<Hex, number>
  /** The engine drops messages before. */
  isStarted: boolean
}

export class InstanceChain {
  readonly #options: ChainOptions
  readonly #laggards: Laggards
  readonly #early = new EarlyMessages()
  readonly #connected = new Set<Hex>()
  #present: Running | null = null
  /** Finished, kept for laggards. */
  #previous: Running | null = null
  /** To be started as soon as there is a plan for it. */
  #next: Instance | null = null
  #workSince: number | null = null
  #probedAt = 0
  /** Changes of instance wait for the disk, so each waits for the one before. */
  #lastChange: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(options: ChainOptions) {
    this.#options = options
    const { blocksOf, clock, logger } = options
    const send = (to: Hex, instance: Instance, bytes: Uint8Array) => {
      if (!this.#isStopped) options.send([to], instance, bytes)
    }
    this.#laggards = new Laggards({ blocksOf, send, clock, logger })
  }

  /** Begins with `instance`, or waits until there is a plan for it. */
  start(instance: Instance): Promise<void> {
    return this.#inTurn(async () => {
      this.#options.logs.discardBefore(instance)
      await this.#begin(instance)
    })
  }

  /** Something became known: perhaps the next instance can start, or this one has other peers. */
  poke(): void {
    this.#change(async () => {
      if (this.#next !== null) await this.#begin(this.#next)
      else this.#exchangePeers()
    })
  }

  /**
   * The rules have changed under the instance that is under way: it is stopped, and once what it has made final is committed, `where` tells
   * which instance to go on with, perhaps the same one under another plan. Null: none.
   */
  relocate(where: () => Instance | null): void {
    this.#change(async () => {
      await this.#retirePrevious()
      const left = this.#present
      await left?.engine.stop()
      left?.log?.close()
      this.#present = null
      this.#next = null
      const instance = where()
      if (left !== null && (instance === null || compareInstances(left.instance, instance) !== 0)) {
        this.#options.logs.discard(left.instance)
      }
      if (instance !== null) await this.#begin(instance)
    })
  }

  /** The instance under way, or null before the first. */
  get instance(): Instance | null {
    return this.#present?.instance ?? null
  }

  get plan(): InstancePlan | null {
    return this.#present?.plan ?? null
  }

  /** Who exchanges messages of the present instance with us. */
  get peers(): readonly Hex[] {
    return [...(this.#present?.peers.keys() ?? [])]
  }

  status(): EngineStatus | null {
    return this.#present?.engine.status() ?? null
  }

  receive(from: Hex, instance: Instance, bytes: Uint8Array): void {
    if (this.#isStopped) return
    const key = instanceKey(instance)
    const running = [this.#present, this.#previous].find(
      (one) => one !== null && instanceKey(one.instance) === key,
    )
    if (running?.isStarted) running.engine.receive(from, bytes)
    else if (running === undefined && this.#isPast(instance))
      void this.#laggards.answer(from, instance, bytes)
    else {
      this.#early.keep({ instanceKey: key, from, bytes })
      if (running === undefined) this.#probeBecauseOf(from)
    }
  }

  peerConnected(peer: Hex): void {
    this.#connected.add(peer)
    for (const running of [this.#present, this.#previous]) {
      const seat = running?.peers.get(peer)
      if (seat !== undefined) running!.engine.peerConnected(peer, seat)
    }
    if (this.#present?.peers.has(peer)) this.#probe(peer)
  }

  peerDisconnected(peer: Hex): void {
    this.#connected.delete(peer)
    this.#laggards.forget(peer)
    this.#present?.engine.peerDisconnected(peer)
    this.#previous?.engine.peerDisconnected(peer)
  }

  /** Since when (Unix ms) there has been work that is in no block; null if there is none. */
  work(since: number | null): void {
    this.#workSince = since
    this.#present?.engine.work(since)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#lastChange
    for (const running of [this.#present, this.#previous]) {
      await running?.engine.stop()
      running?.log?.close()
    }
  }

  async #begin(instance: Instance): Promise<void> {
    this.#next = instance
    const plan = this.#isStopped ? null : this.#options.planOf(instance)
    if (plan === null) return
    this.#next = null
    await this.#run(instance, plan)
  }

  async #run(instance: Instance, plan: InstancePlan): Promise<void> {
    const blocks = this.#options.blocksOf(instance)
    const log = plan.seat < 0 ? null : this.#options.logs.open(instance)
    // An empty log beside committed blocks is a lost one: nobody knows what this node has signed (RULE A).
    const isLogWhole = (log?.recovered.length ?? 0) > 0 || (await blocks.head()) === null
    const running: Running = {
      instance,
      plan,
      log,
      peers: plan.peers,
      engine: this.#createEngine(instance, plan, { log, blocks, mayVote: plan.mayVote && isLogWhole }),
      isStarted: false,
    }
    await this.#retirePrevious()
    this.#previous = this.#present
    this.#present = running
    for (const [peer, seat] of plan.peers) {
      if (this.#connected.has(peer)) running.engine.peerConnected(peer, seat)
    }
    running.engine.work(this.#workSince)
    if (this.#isStopped) return
    await running.engine.start()
    this.#entered(running)
  }

  #entered(running: Running): void {
    const { instance, plan, engine, peers } = running
    running.isStarted = true
    this.#options.onEntered?.(instance, plan.seat)
    for (const { from, bytes } of this.#early.take(instanceKey(instance))) engine.receive(from, bytes)
    for (const peer of [...peers.keys()].filter((key) => this.#connected.has(key)).slice(0, PROBED_PEERS)) {
      this.#probe(peer)
    }
  }

  #createEngine(
    instance: Instance,
    plan: InstancePlan,
    durable: { log: RecordLog | null; blocks: BlockSource; mayVote: boolean },
  ): Engine {
    const { application, scheme, signer, clock, timers, endOfTurn, logger } = this.#options
    const { committee, seat, genesis, isTerminal, leaders } = plan
    const everyone = () => (this.#runningAs(instanceKey(instance))?.peers ?? plan.peers).keys()
    return createEngine({
      committee,
      seat,
      genesis,
      isTerminal,
      leaders,
      ...durable,
      pacing: this.#options.pacing,
      timing: timingFor(this.#options.delayBoundMs),
      scheme,
      signer: seat < 0 ? null : signer,
      application,
      clock,
      timers,
      endOfTurn,
      logger,
      send: (to, bytes) => this.#options.send(to === 'all' ? [...everyone()] : [to as Hex], instance, bytes),
      onMilestone: this.#options.onMilestone,
      onEvidence: (evidence) => this.#options.onEvidence?.(instance, evidence),
      onFinished: (terminal) => this.#finished(instance, terminal),
      onFailure: this.#options.onFailure,
    })
  }

  #finished(instance: Instance, terminal: Block): void {
    this.#change(async () => {
      if (this.#present === null || compareInstances(this.#present.instance, instance) !== 0) return
      await this.#begin(this.#options.successorOf(instance, terminal))
    })
  }

  #runningAs(key: string): Running | null {
    return (
      [this.#present, this.#previous].find((one) => one !== null && instanceKey(one.instance) === key) ?? null
    )
  }

  /** Those who are to follow this instance are known only when the committees after it are. */
  #exchangePeers(): void {
    const present = this.#present
    const plan = present === null ? null : this.#options.planOf(present.instance)
    if (present === null || plan === null) return
    const before = present.peers
    present.peers = plan.peers
    for (const [peer, seat] of plan.peers) {
      if (!before.has(peer) && this.#connected.has(peer)) present.engine.peerConnected(peer, seat)
    }
    for (const peer of before.keys()) if (!plan.peers.has(peer)) present.engine.peerDisconnected(peer)
  }

  async #retirePrevious(): Promise<void> {
    const previous = this.#previous
    this.#previous = null
    if (previous !== null) await this.#retire(previous)
  }

  async #retire({ instance, engine, log }: Running): Promise<void> {
    await engine.stop()
    log?.close()
    this.#options.logs.discard(instance)
  }

  #isPast(instance: Instance): boolean {
    const present = this.#present?.instance ?? this.#next
    return present !== null && compareInstances(instance, present) < 0
  }

  /**
   * Asks a peer where the instance is. One that is in it tells its position; one that has left it, where it ended. So a node that comes
   * back, or comes late, needn't wait for a view to time out.
   */
  #probe(peer: Hex): void {
    const present = this.#present
    if (this.#isStopped || present === null || present.engine.status().isFinished) return
    const question = encodeMessage({ type: 'need', view: view(1), digest: null })
    this.#options.send([peer], present.instance, question)
  }

  /** A peer is in a later instance than we: it knows where ours ended. */
  #probeBecauseOf(peer: Hex): void {
    const now = this.#options.clock.now()
    if (now - this.#probedAt < PROBE_INTERVAL_MS) return
    this.#probedAt = now
    this.#probe(peer)
  }

  #change(change: () => Promise<void>): void {
    this.#inTurn(change).catch((cause) => {
      const instance = this.#next ?? this.#present?.instance
      const described = { instance: instance ? instanceKey(instance) : 'none', reason: String(cause) }
      this.#options.onFailure(cause instanceof BeaconError ? cause : CHAIN_FAILED(described, cause))
    })
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#lastChange.then(() => (this.#isStopped ? undefined : change()))
    this.#lastChange = done.catch(() => {})
    return done
  }
}
