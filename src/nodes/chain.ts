/**
 * Runs one chain, the Beacon Layer's or a rollup's, through its instances: the engine of the present one, and when that has finished at
 * its terminal block, the next one's from there. Enter: bytes from peers, news of connections. Leave: bytes to peers, final blocks into
 * the application. A finished engine serves laggards until the next has finished; older instances are answered from the store.
 */

import type { Block } from '../consensus/block.ts'
import type { EngineStatus } from '../consensus/engine-options.ts'
import { BeaconError, defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type Instance, instanceKey } from '../primitives/ids.ts'
import { EarlyMessages } from './early-messages.ts'
import { compareInstances } from './instance-order.ts'
import { Laggards } from './laggards.ts'
import { type InstanceOptions, type InstancePlan, RunningInstance } from './running-instance.ts'

export interface ChainOptions extends InstanceOptions {
  /** Null as long as the instance's committee or genesis isn't known here; `poke` asks again. */
  readonly planOf: (instance: Instance) => InstancePlan | null
  readonly successorOf: (instance: Instance, terminal: Block) => Instance
  readonly onEntered?: (instance: Instance, seat: number) => void
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

export class InstanceChain {
  readonly #options: ChainOptions
  readonly #laggards: Laggards
  readonly #early = new EarlyMessages()
  readonly #connected = new Set<Hex>()
  #present: RunningInstance | null = null
  /** Finished, kept for laggards. */
  #previous: RunningInstance | null = null
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
      await left?.stop()
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
    return this.#present?.peers ?? []
  }

  status(): EngineStatus | null {
    return this.#present?.status() ?? null
  }

  receive(from: Hex, instance: Instance, bytes: Uint8Array): void {
    if (this.#isStopped) return
    const key = instanceKey(instance)
    const running = [this.#present, this.#previous].find(
      (one) => one !== null && instanceKey(one.instance) === key,
    )
    if (running?.isStarted) running.receive(from, bytes)
    else if (running === undefined && this.#isPast(instance))
      void this.#laggards.answer(from, instance, bytes)
    else {
      this.#early.keep({ instanceKey: key, from, bytes })
      if (running === undefined) this.#probeBecauseOf(from)
    }
  }

  peerConnected(peer: Hex): void {
    this.#connected.add(peer)
    for (const running of [this.#present, this.#previous]) running?.peerConnected(peer)
    if (this.#present?.peers.includes(peer)) this.#probe(peer)
  }

  peerDisconnected(peer: Hex): void {
    this.#connected.delete(peer)
    this.#laggards.forget(peer)
    for (const running of [this.#present, this.#previous]) running?.peerDisconnected(peer)
  }

  /** Since when (Unix ms) there has been work that is in no block; null if there is none. */
  work(since: number | null): void {
    this.#workSince = since
    this.#present?.work(since)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#lastChange
    for (const running of [this.#present, this.#previous]) await running?.stop()
  }

  async #begin(instance: Instance): Promise<void> {
    this.#next = instance
    const plan = this.#isStopped ? null : this.#options.planOf(instance)
    if (plan === null) return
    this.#next = null
    await this.#run(instance, plan)
  }

  async #run(instance: Instance, plan: InstancePlan): Promise<void> {
    const onFinished = (terminal: Block) => this.#finished(instance, terminal)
    const running = await RunningInstance.open(instance, plan, this.#options, onFinished)
    await this.#retirePrevious()
    this.#previous = this.#present
    this.#present = running
    for (const peer of this.#connectedOf(running)) running.peerConnected(peer)
    running.work(this.#workSince)
    if (this.#isStopped) return
    await running.start()
    this.#entered(running)
  }

  #entered(running: RunningInstance): void {
    const { instance, plan } = running
    this.#options.onEntered?.(instance, plan.seat)
    for (const { from, bytes } of this.#early.take(instanceKey(instance))) running.receive(from, bytes)
    for (const peer of this.#connectedOf(running).slice(0, PROBED_PEERS)) this.#probe(peer)
  }

  #connectedOf({ peers }: RunningInstance): readonly Hex[] {
    return peers.filter((peer) => this.#connected.has(peer))
  }

  #finished(instance: Instance, terminal: Block): void {
    this.#change(async () => {
      if (this.#present === null || compareInstances(this.#present.instance, instance) !== 0) return
      await this.#begin(this.#options.successorOf(instance, terminal))
    })
  }

  /** Those who are to follow this instance are known only when the committees after it are. */
  #exchangePeers(): void {
    for (const running of [this.#previous, this.#present]) {
      const plan = running === null ? null : this.#options.planOf(running.instance)
      if (plan !== null) running!.exchangePeers(plan.peers, this.#connected)
    }
  }

  async #retirePrevious(): Promise<void> {
    const previous = this.#previous
    this.#previous = null
    if (previous === null) return
    await previous.stop()
    this.#options.logs.discard(previous.instance)
  }

  #isPast(instance: Instance): boolean {
    const present = this.#present?.instance ?? this.#next
    return present !== null && compareInstances(instance, present) < 0
  }

  #probe(peer: Hex): void {
    if (!this.#isStopped) this.#present?.probe(peer)
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
