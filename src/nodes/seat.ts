/**
 * One validator's part in one rollup: executes its blocks, votes while the validator has a seat, follows while it will have one, answers
 * JSON-RPC. Lives in a worker thread; everything else it hears of comes from its validator.
 */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { epochOf } from '../beacon/epochs.ts'
import type { Application } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import { type Committee, seatOf } from '../consensus/committee.ts'
import { roundRobin } from '../consensus/leaders.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import { createBlsScheme, createVoteSigner } from '../platform/bls.ts'
import { openLevelStore } from '../platform/level-store.ts'
import { createLogger } from '../platform/logger.ts'
import type { KeyValueStore, Logger } from '../platform/ports.ts'
import { FileRecordLog } from '../platform/record-log.ts'
import { systemClock, systemRandom, systemTimers } from '../platform/system.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import { epoch, type Instance, instanceKey, rollupId } from '../primitives/ids.ts'
import type { VoteSigner } from '../primitives/signatures.ts'
import { CLIENT_VERSION } from '../primitives/version.ts'
import { createRollupApplication, type RollupApplication } from '../rollup/application.ts'
import { createRollupMethods } from '../rollup/rpc/methods.ts'
import { type RpcServer, startRpcServer } from '../rpc/server.ts'
import type { SettlementEvent } from '../settlement/postings.ts'
import { BeaconHeads } from './beacon-heads.ts'
import { InstanceChain, type InstancePlan } from './chain.ts'
import { RecordOffers } from './record-offers.ts'
import { blocksOf, finalBlockAt, startBlockOf } from './rollup-instances.ts'
import { composeSeatBatch } from './seat-batch.ts'
import type { FromSeat, SeatCommittee, SeatWorkerData, ToSeat } from './seat-messages.ts'

export class Seat {
  readonly #data: SeatWorkerData
  readonly #signer: VoteSigner
  readonly #send: (message: FromSeat) => void
  readonly #store: KeyValueStore
  readonly #logger: Logger
  readonly #application: RollupApplication
  readonly #heads: BeaconHeads
  readonly #committees: Map<string, SeatCommittee>
  readonly #chain: InstanceChain
  readonly #records: RecordOffers
  #server: RpcServer | null = null
  /** Transactions that came in during this turn of the event loop, to be passed on together. */
  #outgoing: Uint8Array[] = []
  /** Those that peers sent aren't passed on again. */
  #isFromPeer = false

  static async start(
    data: SeatWorkerData,
    send: (message: FromSeat) => void,
    fail: (error: BeaconError) => void,
  ): Promise<Seat> {
    const logger = createLogger({
      level: data.logLevel,
      fields: { validator: data.validator, rollup: data.spec.name },
    })
    mkdirSync(data.dataDir, { recursive: true })
    const store = await openLevelStore(join(data.dataDir, 'chain'))
    const heads = new BeaconHeads()
    const committees = new Map<string, SeatCommittee>()
    const application = await createRollupApplication(
      { spec: data.spec, rollup: rollupId(data.rollupId), genesisTimeMs: data.genesisTimeMs },
      {
        store,
        clock: systemClock,
        timers: systemTimers,
        beacon: heads,
        committeeOf: (instance) => committees.get(instanceKey(instance))?.committee ?? null,
        logger,
      },
    )
    const seat = new Seat(data, { send, fail, store, logger, application, heads, committees })
    await seat.#begin()
    return seat
  }

  private constructor(
    data: SeatWorkerData,
    parts: {
      send: (message: FromSeat) => void
      fail: (error: BeaconError) => void
      store: KeyValueStore
      logger: Logger
      application: RollupApplication
      heads: BeaconHeads
      committees: Map<string, SeatCommittee>
    },
  ) {
    const { send, application } = parts
    this.#data = data
    this.#signer = createVoteSigner(data.voteSeed)
    this.#send = send
    this.#store = parts.store
    this.#logger = parts.logger
    this.#application = application
    this.#heads = parts.heads
    this.#committees = parts.committees
    this.#records = new RecordOffers(application, systemTimers, (offer) => send({ type: 'record', ...offer }))
    this.#chain = this.#createChain(parts.fail)
    application.mempool.onAdded(({ raw }) => this.#passOn(raw))
    application.onFinal(() => this.#records.schedule())
  }

  async #begin(): Promise<void> {
    const { rpcHost, devAccounts } = this.#data
    const committees = {
      committeeOf: (instance: Instance) => this.#committees.get(instanceKey(instance))?.committee ?? null,
      current: () => this.#chain.plan?.committee ?? null,
    }
    const methods = await createRollupMethods(
      this.#application,
      { clientVersion: CLIENT_VERSION, devKeys: devAccounts.map((key) => fromHex(key, 32)) },
      {
        clock: systemClock,
        timers: systemTimers,
        random: systemRandom,
        scheme: createBlsScheme(),
        committees,
      },
    )
    this.#server = await startRpcServer(
      { host: rpcHost, methods },
      { logger: this.#logger, random: systemRandom },
    )
    this.#send({ type: 'ready', rpcUrl: this.#server.url })
    await this.#chain.start(this.#resumedInstance())
  }

  handle(message: ToSeat): void {
    switch (message.type) {
      case 'consensus':
        this.#chain.receive(message.from, message.instance, message.bytes)
        break
      case 'transactions':
        this.#isFromPeer = true
        for (const raw of message.raw) this.#application.submit(raw)
        this.#isFromPeer = false
        break
      case 'connected':
        this.#chain.peerConnected(message.peer)
        break
      case 'disconnected':
        this.#chain.peerDisconnected(message.peer)
        break
      case 'beacon':
        for (const head of message.heads) this.#heads.add(head)
        break
      case 'committees':
        for (const one of message.committees) this.#committees.set(instanceKey(one.committee.instance), one)
        void this.#chain.poke()
        break
      case 'recorded':
        this.#application.heads.climb('beacon', message.height, message.at)
        this.#records.recorded(message.height)
        break
      case 'settlement':
        this.#settle(message.event, message.at)
        break
      case 'nextBatch': {
        const batch = composeSeatBatch(this.#application, message.firstHeight, (instance) =>
          this.#placeIn(instance),
        )
        this.#send({ type: 'batch', id: message.id, batch })
        break
      }
      case 'closed':
        void this.#chain.abandon(message.instance, null)
        break
      case 'opened':
        void this.#chain.abandon(message.instance, message.instance)
        break
      case 'stop':
        void this.stop().then(() => this.#send({ type: 'stopped' }))
    }
  }

  async stop(): Promise<void> {
    await this.#server?.close()
    await this.#chain.stop()
    await this.#store.close()
  }

  #settle({ type, posting }: SettlementEvent, at: number): void {
    const { heads } = this.#application
    // Without a verifier in the inbox anyone may post; a batch that isn't ours moves nothing.
    const isOurs = finalBlockAt(this.#application, posting.lastHeight)?.digest === posting.lastDigest
    if (type === 'contradicted' || !isOurs) return
    if (type === 'reverted') {
      heads.reorganize(posting.firstHeight - 1, at)
      return
    }
    heads.climb(type, posting.lastHeight, at)
  }

  #placeIn(instance: Instance): { seat: number; seats: number } | null {
    const committee = this.#committees.get(instanceKey(instance))?.committee
    if (committee === undefined) return null
    const seat = this.#seatIn(committee)
    return seat < 0 ? null : { seat, seats: committee.members.length }
  }

  #createChain(fail: (error: BeaconError) => void): InstanceChain {
    const { spec, delayBoundMs, dataDir } = this.#data
    const logPath = (instance: Instance) => join(dataDir, `${instanceKey(instance)}.log`)
    return new InstanceChain({
      application: this.#tellingOfWork(this.#application),
      scheme: createBlsScheme(),
      signer: this.#signer,
      pacing: {
        minBlockMs: spec.blockTimeMs,
        heartbeatMs: spec.heartbeatMs,
        instant: spec.blockTimeMs === 0,
      },
      delayBoundMs,
      clock: systemClock,
      timers: systemTimers,
      logger: this.#logger,
      planOf: (instance) => this.#planOf(instance),
      successorOf: (_, terminal) => this.#successorOf(terminal),
      blocksOf: (instance) => blocksOf(this.#application, instance),
      openLog: (instance) => new FileRecordLog(logPath(instance)),
      discardLog: (instance) => rmSync(logPath(instance), { force: true }),
      send: (to, instance, bytes) => this.#send({ type: 'send', to, instance, bytes }),
      onEntered: (instance, seat) => this.#send({ type: 'entered', instance, seat }),
      onMilestone: ({ rung, block, at }) => {
        if (rung !== 'soft') this.#application.heads.note(rung, block.header.height, at)
      },
      onEvidence: (instance, evidence) => this.#send({ type: 'evidence', instance, evidence }),
      onFailure: fail,
    })
  }

  #planOf(instance: Instance): InstancePlan | null {
    const known = this.#committees.get(instanceKey(instance))
    if (known === undefined) return null
    const { committee, networkKeys, followers } = known
    const peers = new Map<Hex, number>(followers.map((key) => [key, -1]))
    for (const [seat, key] of networkKeys.entries()) peers.set(key, seat)
    peers.delete(this.#data.networkKey)
    return {
      committee,
      seat: this.#seatIn(committee),
      genesis: startBlockOf(this.#application, instance),
      isTerminal: (block) => this.#epochAt(block) > instance.epoch,
      leaders: roundRobin(committee.members.length),
      peers,
    }
  }

  #seatIn(committee: Committee): number {
    return seatOf(committee, this.#signer.publicKey)
  }

  /** Where the store left off. */
  #resumedInstance(): Instance {
    const { block } = this.#application.chain.head
    if (block.header.height === 0) return this.#data.firstInstance
    const { instance } = block.header
    return this.#epochAt(block) > instance.epoch ? this.#successorOf(block) : instance
  }

  /** The instance that a terminal block hands over to. */
  #successorOf(terminal: Block): Instance {
    return { rollup: rollupId(this.#data.rollupId), epoch: epoch(this.#epochAt(terminal)), sub: 0 }
  }

  #epochAt(block: Block): number {
    return epochOf(block.header.beaconRef.height, this.#data.epochLength)
  }

  /** A leader must know what is left to do before it is its turn, or it proposes an empty block after each one with transactions. */
  #tellingOfWork(application: Application): Application {
    const telling = async <Result>(execution: Promise<Result>): Promise<Result> => {
      const result = await execution
      this.#tellWork()
      return result
    }
    return {
      build: (request) => telling(application.build(request)),
      verify: (block, parent) => telling(application.verify(block, parent)),
      commit: (blocks, certificate) => telling(application.commit(blocks, certificate)),
    }
  }

  #tellWork(): void {
    this.#chain.work(this.#application.pendingSince())
  }

  /** Whoever leads next must have the transaction, not only this node. */
  #passOn(raw: Uint8Array): void {
    this.#tellWork()
    if (this.#isFromPeer) return
    this.#outgoing.push(raw)
    if (this.#outgoing.length > 1) return
    setImmediate(() => {
      const to = [...(this.#chain.plan?.peers.keys() ?? [])]
      this.#send({ type: 'transactions', to, raw: this.#outgoing })
      this.#outgoing = []
    })
  }
}
