/**
 * One instance under way: its engine, its log of what this node has signed, and those it exchanges messages with. What comes before the
 * instance and after it is the business of chain.ts.
 */

import type { Application } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import { type Committee, closedView } from '../consensus/committee.ts'
import { createEngine } from '../consensus/engine.ts'
import type { Engine, EngineStatus } from '../consensus/engine-options.ts'
import type { LeaderSchedule } from '../consensus/leaders.ts'
import { type Audience, encodeMessage, isAddressedTo } from '../consensus/message.ts'
import { type Pacing, timingFor } from '../consensus/timing.ts'
import type { Evidence, Milestone } from '../consensus/turn.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import type { ChainTime, Clock, Logger, RecordLog, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type Instance, view } from '../primitives/ids.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'
import type { InstanceLogs } from './instance-logs.ts'

/** What one instance is run with. */
export interface InstancePlan {
  readonly committee: Committee
  /** This node's seat; -1 to follow. */
  readonly seat: number
  /** False for an instance that nobody may sign in any more: what it has certified is still followed. */
  readonly mayVote: boolean
  readonly genesis: Block
  readonly isTerminal: (block: Block) => boolean
  /** Whether its application wants to know who signed. */
  readonly countsVoters: boolean
  readonly leaders: LeaderSchedule
  /** Who exchanges this instance's messages with us: network keys, and the seat of each or -1. */
  readonly peers: ReadonlyMap<Hex, number>
}

/** What all instances of a chain are run with. */
export interface InstanceOptions {
  readonly application: Application
  readonly scheme: SignatureScheme
  readonly signer: VoteSigner
  readonly pacing: Pacing
  readonly delayBoundMs: number
  readonly clock: Clock
  readonly chainTime: ChainTime
  readonly timers: Timers
  readonly endOfTurn: (callback: () => void) => void
  readonly logger: Logger
  /** The final blocks of any instance, present or past. */
  readonly blocksOf: (instance: Instance) => BlockSource
  readonly logs: InstanceLogs
  readonly send: (to: readonly Hex[], instance: Instance, bytes: Uint8Array) => void
  readonly onMilestone?: (milestone: Milestone) => void
  readonly onEvidence?: (instance: Instance, evidence: Evidence) => void
  /** The chain has stopped for good. */
  readonly onFailure: (error: BeaconError) => void
}

interface Durable {
  /** Null for those who only follow. */
  readonly log: RecordLog | null
  readonly blocks: BlockSource
  readonly mayVote: boolean
}

export class RunningInstance {
  readonly instance: Instance
  readonly plan: InstancePlan
  readonly #send: InstanceOptions['send']
  readonly #log: RecordLog | null
  readonly #engine: Engine
  /** Changes as committees after this one are drawn. */
  #peers: ReadonlyMap<Hex, number>
  #isStarted = false

  /** It does nothing yet: peers and work that are known are told to it before it starts. */
  static async open(
    instance: Instance,
    plan: InstancePlan,
    options: InstanceOptions,
    onFinished: (terminal: Block) => void,
  ): Promise<RunningInstance> {
    const blocks = options.blocksOf(instance)
    const log = plan.seat < 0 ? null : options.logs.open(instance)
    // An empty log beside blocks that were committed in this fork is a lost one: nobody knows what this node has signed (RULE A).
    const committed = (await blocks.head())?.certificate.view ?? 0
    const isLogWhole = (log?.recovered.length ?? 0) > 0 || committed <= closedView(plan.committee)
    const durable = { log, blocks, mayVote: plan.mayVote && isLogWhole }
    return new RunningInstance(instance, plan, options, durable, onFinished)
  }

  private constructor(
    instance: Instance,
    plan: InstancePlan,
    options: InstanceOptions,
    durable: Durable,
    onFinished: (terminal: Block) => void,
  ) {
    this.instance = instance
    this.plan = plan
    this.#send = options.send
    this.#log = durable.log
    this.#peers = plan.peers
    this.#engine = this.#createEngine(options, durable, onFinished)
  }

  /** Network keys of those who exchange its messages with us. */
  get peers(): readonly Hex[] {
    return [...this.#peers.keys()]
  }

  /** Before that, its engine drops messages. */
  get isStarted(): boolean {
    return this.#isStarted
  }

  status(): EngineStatus {
    return this.#engine.status()
  }

  async start(): Promise<void> {
    await this.#engine.start()
    this.#isStarted = true
  }

  /** What it has made final is committed when this resolves. */
  async stop(): Promise<void> {
    await this.#engine.stop()
    this.#log?.close()
  }

  receive(from: Hex, bytes: Uint8Array): void {
    this.#engine.receive(from, bytes)
  }

  work(since: number | null): void {
    this.#engine.work(since)
  }

  /** Means nothing to it if the peer isn't one of its own. */
  peerConnected(peer: Hex): void {
    const seat = this.#peers.get(peer)
    if (seat !== undefined) this.#engine.peerConnected(peer, seat)
  }

  peerDisconnected(peer: Hex): void {
    this.#engine.peerDisconnected(peer)
  }

  exchangePeers(peers: ReadonlyMap<Hex, number>, connected: ReadonlySet<Hex>): void {
    const before = this.#peers
    this.#peers = peers
    for (const peer of peers.keys()) if (!before.has(peer) && connected.has(peer)) this.peerConnected(peer)
    for (const peer of before.keys()) if (!peers.has(peer)) this.peerDisconnected(peer)
  }

  /**
   * Asks a peer where the instance is. One that is in it tells its position; one that has left it, where it ended. So a node that comes
   * back, or comes late, needn't wait for a view to time out.
   */
  probe(peer: Hex): void {
    if (this.status().isFinished) return
    this.#send([peer], this.instance, encodeMessage({ type: 'need', view: view(1), digest: null }))
  }

  #recipients(to: Audience): readonly Hex[] {
    const recipients: Hex[] = []
    for (const [peer, seat] of this.#peers) if (isAddressedTo(to, peer, seat)) recipients.push(peer)
    return recipients
  }

  #createEngine(options: InstanceOptions, durable: Durable, onFinished: (terminal: Block) => void): Engine {
    const { instance } = this
    const { committee, seat, genesis, isTerminal, countsVoters, leaders } = this.plan
    const { application, scheme, signer, pacing, clock, chainTime, timers, endOfTurn, logger } = options
    return createEngine({
      committee,
      seat,
      genesis,
      isTerminal,
      countsVoters,
      leaders,
      ...durable,
      pacing,
      timing: timingFor(options.delayBoundMs),
      scheme,
      signer: seat < 0 ? null : signer,
      application,
      clock,
      chainTime,
      timers,
      endOfTurn,
      logger,
      send: (to, bytes) => options.send(this.#recipients(to), instance, bytes),
      onMilestone: options.onMilestone,
      onEvidence: (evidence) => options.onEvidence?.(instance, evidence),
      onFinished,
      onFailure: options.onFailure,
    })
  }
}
