/**
 * The rollups that this validator sequences or is about to: starts a seat's worker when the Beacon Layer elects the validator, keeps it told
 * of committees, Beacon blocks and records, carries its messages, and stops it when it is no longer needed.
 */

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { BeaconApplication, FinalBeaconBlock } from '../beacon/application.ts'
import { createEvidence } from '../beacon/evidence.ts'
import { BeaconStateView } from '../beacon/state.ts'
import type { Rollup } from '../beacon/values.ts'
import type { LogLevel } from '../platform/logger.ts'
import type { Clock, Logger, Timers } from '../platform/ports.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { epoch, type Height, height, type Instance, type RollupId } from '../primitives/ids.ts'
import type { SeatReport } from '../primitives/process-messages.ts'
import type { BeaconHead } from '../rollup/beacon-view.ts'
import type { PostableBatch } from '../settlement/posting-turns.ts'
import type { SettlementEvent } from '../settlement/postings.ts'
import { BEACON_HEADS_KEPT } from './beacon-heads.ts'
import { compareInstances } from './rollup-instances.ts'
import type { FromSeat, SeatBatch, SeatCommittee, SeatWorkerData, ToSeat } from './seat-messages.ts'

export interface SeatsOptions {
  readonly application: BeaconApplication
  /** The entry of a seat's thread. */
  readonly workerFile: URL
  readonly validator: number
  readonly networkKey: Hex
  readonly voteSeed: Uint8Array
  readonly dataDir: string
  readonly rpcHost: string
  readonly devAccounts: readonly Hex[]
  readonly delayBoundMs: number
  readonly logLevel: LogLevel
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  readonly connectedPeers: () => readonly Hex[]
  readonly sendConsensus: (to: readonly Hex[], instance: Instance, bytes: Uint8Array) => void
  readonly sendTransactions: (to: readonly Hex[], rollup: RollupId, raw: readonly Uint8Array[]) => void
  readonly report: (report: SeatReport) => void
  /** This validator has a seat in the rollup from now on, or no longer. */
  readonly onFollow: (rollup: RollupId) => void
  readonly onUnfollow: (rollup: RollupId) => void
}

/** A crashed seat is started again after this, doubled with each crash in a row. */
const RESTART_MS_MIN = 250
const RESTART_MS_MAX = 30_000
const STOP_TIMEOUT_MS = 2_000
const BATCH_TIMEOUT_MS = 2_000

interface SeatProcess {
  readonly rollup: Rollup
  worker: Worker
  rpcUrl: string | null
  /** The latest instance whose committee it has been told of. */
  told: Instance | null
  /** In a row; a seat that has entered an instance counts as healthy again. */
  crashes: number
}

export class Seats {
  readonly #options: SeatsOptions
  readonly #seats = new Map<RollupId, SeatProcess>()
  readonly #unsubscribe: () => void
  /** Seats' answers that are waited for. */
  readonly #batches = new Map<number, (batch: SeatBatch | null) => void>()
  #lastBatchId = 0
  #isStopped = false

  constructor(options: SeatsOptions) {
    this.#options = options
    this.#unsubscribe = options.application.subscribe((final) => this.#onFinal(final))
  }

  /** Starts the seats that the validator has. */
  start(): void {
    this.#followElections()
  }

  consensus(from: Hex, instance: Instance, bytes: Uint8Array): void {
    this.#post(this.#seats.get(instance.rollup), { type: 'consensus', from, instance, bytes })
  }

  transactions(rollup: RollupId, raw: readonly Uint8Array[]): void {
    this.#post(this.#seats.get(rollup), { type: 'transactions', raw })
  }

  peerConnected(peer: Hex): void {
    for (const seat of this.#seats.values()) this.#post(seat, { type: 'connected', peer })
  }

  peerDisconnected(peer: Hex): void {
    for (const seat of this.#seats.values()) this.#post(seat, { type: 'disconnected', peer })
  }

  /** What the L1 says of a rollup's batches. */
  settlement(event: SettlementEvent): void {
    const at = this.#options.clock.now()
    this.#post(this.#seats.get(event.posting.rollup), { type: 'settlement', event, at })
  }

  /** The rollup's batch from `firstHeight` on, as far as it is recorded; null if there is none or its seat doesn't answer. */
  async nextBatch(rollup: RollupId, firstHeight: Height): Promise<PostableBatch | null> {
    const made = await this.#askForBatch(rollup, firstHeight)
    const { chain } = this.#options.application
    const record = made === null ? null : chain.recordPosition(rollup, made.batch.lastHeight)
    if (made === null || record === null) return null
    const beacon = { height: record.height, digest: chain.blockAt(record.height)!.digest }
    return { batch: { ...made.batch, beacon }, seatsBefore: made.seatsBefore }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#unsubscribe()
    await Promise.all([...this.#seats.values()].map((seat) => this.#stopWorker(seat)))
  }

  #onFinal({ block, events }: FinalBeaconBlock): void {
    const head = this.#headAt(block.header.height)
    for (const seat of this.#seats.values()) {
      if (head !== null) this.#post(seat, { type: 'beacon', heads: [head] })
    }
    this.#followElections()
    for (const event of events) {
      if (event.type === 'recorded') {
        const at = this.#options.clock.now()
        this.#post(this.#seats.get(event.rollup), { type: 'recorded', height: event.head.height, at })
      } else if (event.type === 'closed') {
        this.#post(this.#seats.get(event.instance.rollup), { type: 'closed', instance: event.instance })
      } else if (event.type === 'opened' && event.instance.sub > 0) {
        this.#post(this.#seats.get(event.instance.rollup), { type: 'opened', instance: event.instance })
      }
    }
  }

  /** Compares the seats that the state gives this validator with the workers that run. */
  #followElections(): void {
    const { state } = this.#options.application
    for (const id of state.aliveRollups()) {
      const instances = this.#instancesOf(id)
      const seat = this.#seats.get(id)
      if (seat !== undefined) this.#tellCommittees(seat, instances)
      else if (this.#isElected(instances)) this.#start(state.rollup(id)!)
    }
    for (const [id, seat] of this.#seats) {
      if (state.rollup(id)!.isAlive && this.#isElected(this.#instancesOf(id))) continue
      this.#seats.delete(id)
      this.#options.onUnfollow(id)
      void this.#stopWorker(seat)
    }
  }

  /** From the one whose blocks are recorded at present to the last one drawn, those with a committee. */
  #instancesOf(id: RollupId, from?: Instance): Instance[] {
    const { application } = this.#options
    const { state } = application
    const first = from ?? state.instanceStatus(id)?.instance
    if (first === undefined) return []
    const instances: Instance[] = []
    for (let at: number = first.epoch; at <= application.epoch + 2; at++) {
      for (const sub of [0, 1]) {
        const instance: Instance = { rollup: id, epoch: epoch(at), sub }
        const isPast = compareInstances(instance, first) < 0
        if (!isPast && state.committee(instance) !== null) instances.push(instance)
      }
    }
    return instances
  }

  #isElected(instances: readonly Instance[]): boolean {
    const { state } = this.#options.application
    return instances.some((instance) => state.committee(instance)!.seats.includes(this.#options.validator))
  }

  #start(rollup: Rollup, crashes = 0): void {
    const { application, logger } = this.#options
    const data = this.#workerData(rollup)
    const worker = new Worker(this.#options.workerFile, {
      workerData: data,
      name: `seat-${rollup.spec.name}`,
    })
    const seat: SeatProcess = { rollup, worker, rpcUrl: null, told: null, crashes }
    this.#seats.set(rollup.id, seat)
    this.#options.onFollow(rollup.id)
    logger.info({ rollup: rollup.spec.name }, 'a seat starts')
    worker.on('message', (message: FromSeat) => this.#onMessage(seat, message))
    worker.on('error', (error) =>
      logger.error({ rollup: rollup.spec.name, error: error.stack }, 'a seat failed'),
    )
    worker.on('exit', () => this.#onExit(seat))
    for (const peer of this.#options.connectedPeers()) this.#post(seat, { type: 'connected', peer })
    this.#post(seat, { type: 'beacon', heads: this.#recentHeads() })
    // All committees since the first: a seat that has no blocks yet checks the whole chain.
    this.#tellCommittees(seat, this.#instancesOf(rollup.id, data.firstInstance))
    const record = application.state.record(rollup.id)
    if (record !== null) {
      this.#post(seat, { type: 'recorded', height: record.height, at: this.#options.clock.now() })
    }
  }

  #workerData(rollup: Rollup): SeatWorkerData {
    const { application, dataDir, ...options } = this.#options
    // Drawn in the block after the registration's; with genesis itself if the rollup is part of it.
    const drawnAt = height(rollup.owner === null ? 0 : rollup.registeredAt + 1)
    const drawn = drawnAt === 0 ? application.genesisBlock : application.chain.blockAt(drawnAt)!
    return {
      network: application.network,
      epochLength: application.params.epochLength,
      rollupId: rollup.id,
      spec: rollup.spec,
      genesisTimeMs: drawn.header.time,
      firstInstance: { rollup: rollup.id, epoch: application.epochOf(drawnAt), sub: 0 },
      validator: options.validator,
      networkKey: options.networkKey,
      voteSeed: options.voteSeed,
      dataDir: join(dataDir, `rollup-${rollup.id}`),
      rpcHost: options.rpcHost,
      devAccounts: options.devAccounts,
      delayBoundMs: options.delayBoundMs,
      logLevel: options.logLevel,
    }
  }

  #onMessage(seat: SeatProcess, message: FromSeat): void {
    const { application, sendConsensus, sendTransactions } = this.#options
    switch (message.type) {
      case 'ready':
        seat.rpcUrl = message.rpcUrl
        break
      case 'send':
        sendConsensus(message.to, message.instance, message.bytes)
        break
      case 'transactions':
        sendTransactions(message.to, seat.rollup.id, message.raw)
        break
      case 'record':
        application.pool.addRecord({ headers: message.headers, certificate: message.certificate })
        break
      case 'evidence': {
        const { first, second } = message.evidence
        application.pool.addEvidence(createEvidence(message.instance, first, second))
        break
      }
      case 'batch':
        this.#batches.get(message.id)?.(message.batch)
        break
      case 'entered':
        seat.crashes = 0
        this.#report(seat, message.instance, message.seat, message.seat < 0 ? null : seat.rpcUrl)
        break
      case 'stopped':
        void seat.worker.terminate()
    }
  }

  #askForBatch(rollup: RollupId, firstHeight: Height): Promise<SeatBatch | null> {
    const seat = this.#seats.get(rollup)
    if (seat === undefined) return Promise.resolve(null)
    const id = ++this.#lastBatchId
    return new Promise((resolve) => {
      const answer = (batch: SeatBatch | null) => {
        this.#batches.delete(id)
        cancel()
        resolve(batch)
      }
      const cancel = this.#options.timers.schedule(BATCH_TIMEOUT_MS, () => answer(null))
      this.#batches.set(id, answer)
      this.#post(seat, { type: 'nextBatch', id, firstHeight })
    })
  }

  /** A seat that fails takes down nothing but itself. */
  #onExit(seat: SeatProcess): void {
    const { rollup } = seat
    if (seat.told !== null) this.#report(seat, seat.told, -1, null)
    if (this.#isStopped || this.#seats.get(rollup.id) !== seat) return
    this.#seats.delete(rollup.id)
    const delayMs = Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** seat.crashes)
    this.#options.timers.schedule(delayMs, () => {
      if (!this.#isStopped && !this.#seats.has(rollup.id)) this.#start(rollup, seat.crashes + 1)
    })
  }

  #tellCommittees(seat: SeatProcess, instances: readonly Instance[]): void {
    const { told } = seat
    const fresh = instances.filter((instance) => told === null || compareInstances(instance, told) > 0)
    if (fresh.length === 0) return
    seat.told = fresh.at(-1)!
    this.#post(seat, { type: 'committees', committees: fresh.map((instance) => this.#describe(instance)) })
  }

  #describe(instance: Instance): SeatCommittee {
    const { application } = this.#options
    const { state } = application
    const networkKeys = state.validators().map(({ networkKey }) => toHex(networkKey))
    const next = state.committee({ ...instance, epoch: epoch(instance.epoch + 1), sub: 0 })
    const present = state.committee(state.instanceStatus(instance.rollup)?.instance ?? instance)
    const { seats, standby } = state.committee(instance)!
    const followers = new Set([...standby, ...(next?.seats ?? []), ...(present?.seats ?? [])])
    for (const member of seats) followers.delete(member)
    return {
      committee: application.committee(instance)!,
      networkKeys: seats.map((validator) => networkKeys[validator]!),
      followers: [...followers].map((validator) => networkKeys[validator]!),
    }
  }

  #recentHeads(): BeaconHead[] {
    const newest = this.#options.application.head.header.height
    const heads: BeaconHead[] = []
    for (let at = Math.max(0, newest - BEACON_HEADS_KEPT + 1); at <= newest; at++) {
      const head = this.#headAt(height(at))
      if (head !== null) heads.push(head)
    }
    return heads
  }

  /** Null for a block whose state is no longer kept. */
  #headAt(at: Height): BeaconHead | null {
    const { application } = this.#options
    const trie = application.trieAt(at)
    const block = at === 0 ? application.genesisBlock : application.chain.blockAt(at)
    if (trie === null || block === null) return null
    return {
      height: at,
      hash: block.digest,
      mix: new BeaconStateView(trie).mix(),
      epoch: application.epochOf(at),
    }
  }

  #report({ rollup }: SeatProcess, instance: Instance, seat: number, rpcUrl: string | null): void {
    const { id, spec } = rollup
    this.#options.report({
      type: 'seat',
      validator: this.#options.validator,
      rollup: { id, name: spec.name, chainId: spec.chainId },
      epoch: instance.epoch,
      sub: instance.sub,
      seat,
      rpcUrl,
    })
  }

  #post(seat: SeatProcess | undefined, message: ToSeat): void {
    seat?.worker.postMessage(message)
  }

  async #stopWorker(seat: SeatProcess): Promise<void> {
    const exited = new Promise<void>((resolve) => seat.worker.once('exit', () => resolve()))
    this.#post(seat, { type: 'stop' })
    const cancel = this.#options.timers.schedule(STOP_TIMEOUT_MS, () => void seat.worker.terminate())
    await exited
    cancel()
  }
}
