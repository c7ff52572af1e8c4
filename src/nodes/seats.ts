/**
 * The rollups that this validator sequences or is about to: starts a seat when the Beacon Layer elects the validator, keeps it told of
 * committees, Beacon blocks and records, carries its messages, and stops it when it is no longer needed.
 */

import { join } from 'node:path'
import type { BeaconApplication, FinalBeaconBlock } from '../beacon/application.ts'
import { createEvidence } from '../beacon/evidence.ts'
import type { BeaconEvent } from '../beacon/transition/events.ts'
import type { Rollup } from '../beacon/values.ts'
import type { ChainTime, Clock, Logger, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type Height, type Instance, instanceKey, type RollupId } from '../primitives/ids.ts'
import type { SeatReport } from '../primitives/process-messages.ts'
import type { PostableBatch } from '../settlement/posting-turns.ts'
import type { SettlementEvent } from '../settlement/postings.ts'
import { BatchRequests } from './batch-requests.ts'
import { rollupFolder } from './data-layout.ts'
import {
  composeBriefing,
  describeCommittees,
  describeOpening,
  drawnInstances,
  headOf,
  isElected,
  originOf,
} from './seat-briefing.ts'
import type { FromSeat, SeatSettings, SeatWorkerData, ToSeat } from './seat-messages.ts'
import { SeatProcess, type SeatThread } from './seat-process.ts'
import { SeatThreads } from './seat-threads.ts'

export interface SeatsOptions {
  readonly application: BeaconApplication
  readonly startThread: () => SeatThread
  /** In the registry; null as long as the validator isn't in it. */
  readonly ownIndex: () => number | null
  readonly settings: SeatSettings
  readonly clock: Clock
  readonly chainTime: ChainTime
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

/** A final Beacon block this much older than now is one that was made while this validator was away. */
const CATCHING_UP_MS = 10_000
/** Validators. */
const SMALL_NETWORK = 16

interface Seat {
  readonly rollup: Rollup
  readonly process: SeatProcess
  /** Null while it isn't up. */
  rpcUrl: string | null
  /** The instance that it is in. */
  entered: Instance | null
  /** Instances and roots of the committees that it knows, from the present one on. */
  told: ReadonlySet<string>
}

export class Seats {
  readonly #options: SeatsOptions
  readonly #seats = new Map<RollupId, Seat>()
  /** Their stores are open until they have ended, so the same rollup's next seat waits for that. */
  readonly #leaving = new Map<RollupId, Promise<void>>()
  readonly #unsubscribe: () => void
  readonly #batches: BatchRequests
  readonly #threads: SeatThreads
  #isStopped = false

  constructor(options: SeatsOptions) {
    this.#options = options
    this.#batches = new BatchRequests(options.timers)
    this.#threads = new SeatThreads(options.startThread, options.timers)
    this.#unsubscribe = options.application.subscribe((final) => this.#onFinal(final))
  }

  /** Starts the seats that the validator has. */
  start(): void {
    this.#followElections()
  }

  consensus(from: Hex, instance: Instance, bytes: Uint8Array): void {
    this.#post(instance.rollup, { type: 'consensus', from, instance, bytes })
  }

  transactions(rollup: RollupId, raw: readonly Uint8Array[]): void {
    this.#post(rollup, { type: 'transactions', raw })
  }

  peerConnected(peer: Hex): void {
    for (const { process } of this.#seats.values()) process.post({ type: 'connected', peer })
  }

  peerDisconnected(peer: Hex): void {
    for (const { process } of this.#seats.values()) process.post({ type: 'disconnected', peer })
  }

  /** What the L1 says of a rollup's batches. */
  settlement(event: SettlementEvent): void {
    this.#post(event.posting.rollup, { type: 'settlement', event, at: this.#options.clock.now() })
  }

  /** The rollup's batch from `firstHeight` on, as far as it is recorded; null if there is none or its seat doesn't answer. */
  async nextBatch(rollup: RollupId, firstHeight: Height): Promise<PostableBatch | null> {
    const seat = this.#seats.get(rollup)
    if (seat === undefined) return null
    const made = await this.#batches.make((id) => seat.process.post({ type: 'nextBatch', id, firstHeight }))
    const { chain } = this.#options.application
    const record = made === null ? null : chain.recordPosition(rollup, made.batch.lastHeight)
    if (made === null || record === null) return null
    const beacon = { height: record.height, digest: chain.blockAt(record.height)!.digest }
    return { batch: { ...made.batch, beacon }, seatsBefore: made.seatsBefore }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#unsubscribe()
    await Promise.all([
      this.#threads.endSpare(),
      ...[...this.#seats.values()].map(({ process }) => process.stop()),
    ])
    await Promise.all(this.#leaving.values())
  }

  #onFinal({ block, events }: FinalBeaconBlock): void {
    // Before a seat hears of a block that lets an instance begin, it has to know of its committee as that has become.
    for (const seat of this.#seats.values()) this.#tellCommittees(seat)
    const head = headOf(this.#options.application, block)
    for (const { process } of this.#seats.values()) process.post({ type: 'beacon', heads: [head] })
    // A validator that catches up passes through elections of long ago, for which it is too late.
    const { clock, chainTime } = this.#options
    if (clock.now() + chainTime.aheadMs - block.header.time < CATCHING_UP_MS) {
      this.#followElections()
      if (events.some(({ type }) => type === 'rollupRegistered')) this.#expectElection()
    }
    for (const event of events) this.#onEvent(event)
  }

  /** The draw comes with the next block. In a small network most validators get a seat, and so load its code meanwhile. */
  #expectElection(): void {
    if (this.#options.application.state.candidates().length <= SMALL_NETWORK) this.#threads.prepare()
  }

  #onEvent(event: BeaconEvent): void {
    const { application, clock } = this.#options
    if (event.type === 'recorded') {
      this.#post(event.rollup, { type: 'recorded', height: event.head.height, at: clock.now() })
    } else if (event.type === 'closed') {
      this.#post(event.instance.rollup, { type: 'closed', instance: event.instance })
    } else if (event.type === 'opened') {
      const { instance } = event
      this.#post(instance.rollup, {
        type: 'opened',
        instance,
        opening: describeOpening(application, instance),
      })
    }
  }

  /** Compares the seats that the state gives this validator with those that it has. */
  #followElections(): void {
    const { application, ownIndex } = this.#options
    const validator = ownIndex()
    const { state } = application
    for (const id of state.aliveRollups()) {
      const isMember = isElected(application, drawnInstances(application, id), validator)
      if (isMember && !this.#seats.has(id)) this.#take(state.rollup(id)!)
    }
    for (const [id, seat] of this.#seats) {
      const isAlive = state.rollup(id)!.isAlive
      if (!isAlive || !isElected(application, drawnInstances(application, id), validator)) this.#leave(seat)
    }
  }

  #take(rollup: Rollup): void {
    if (this.#isStopped || this.#leaving.has(rollup.id)) return
    const { clock, timers, logger } = this.#options
    const process = new SeatProcess({
      name: rollup.spec.name,
      startThread: () => this.#threads.take(),
      describe: () => this.#describe(rollup),
      clock,
      timers,
      logger,
      onMessage: (message) => this.#onMessage(seat, message),
      onDown: () => this.#onDown(seat),
    })
    const seat: Seat = { rollup, process, rpcUrl: null, entered: null, told: new Set() }
    this.#seats.set(rollup.id, seat)
    this.#options.onFollow(rollup.id)
  }

  #leave(seat: Seat): void {
    const { id } = seat.rollup
    this.#seats.delete(id)
    this.#options.onUnfollow(id)
    const left = seat.process.stop().then(() => {
      this.#leaving.delete(id)
      if (!this.#isStopped) this.#followElections()
    })
    this.#leaving.set(id, left)
  }

  #describe(rollup: Rollup): Omit<SeatWorkerData, 'bytesTaken'> {
    const { application, settings, connectedPeers } = this.#options
    const origin = originOf(application, rollup)
    return {
      validator: this.#options.ownIndex()!,
      network: application.network,
      epochLength: application.params.epochLength,
      rollupId: rollup.id,
      spec: rollup.spec,
      ...origin,
      briefing: composeBriefing(application, rollup.id, origin.firstInstance, connectedPeers()),
      ...settings,
      dataDir: join(settings.dataDir, rollupFolder(rollup.id)),
    }
  }

  #onMessage(seat: Seat, message: FromSeat): void {
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
        this.#batches.answered(message.id, message.batch)
        break
      case 'entered':
        seat.entered = message.instance
        this.#report(seat, message.seat, message.seat < 0 ? null : seat.rpcUrl)
    }
  }

  #onDown(seat: Seat): void {
    this.#report(seat, -1, null)
    seat.rpcUrl = null
    seat.entered = null
  }

  /** A committee that is drawn also says who follows the ones before it, so all are told again. */
  #tellCommittees(seat: Seat): void {
    const { application } = this.#options
    const instances = drawnInstances(application, seat.rollup.id)
    const { state } = application
    const names = instances.map((one) => `${instanceKey(one)} ${state.committee(one)!.committeeRoot}`)
    if (names.every((name) => seat.told.has(name))) return
    seat.told = new Set(names)
    seat.process.post({ type: 'committees', committees: describeCommittees(application, instances) })
  }

  #report({ rollup, entered }: Seat, seat: number, rpcUrl: string | null): void {
    if (entered === null) return
    const { id, spec } = rollup
    this.#options.report({
      type: 'seat',
      validator: this.#options.ownIndex()!,
      rollup: { id, name: spec.name, chainId: spec.chainId, vm: spec.vm },
      epoch: entered.epoch,
      sub: entered.sub,
      seat,
      rpcUrl,
    })
  }

  #post(rollup: RollupId, message: ToSeat): void {
    this.#seats.get(rollup)?.process.post(message)
  }
}
