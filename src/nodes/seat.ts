/**
 * One validator's part in one rollup: executes its blocks, votes while the validator has a seat, follows while it will have one, answers
 * JSON-RPC. Lives in a worker thread; everything else it hears of comes from its validator.
 */

import type { Application } from '../consensus/application.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import { SharedChainTime } from '../platform/chain-time.ts'
import type { Clock } from '../platform/ports.ts'
import { fromHex } from '../primitives/bytes.ts'
import type { Instance } from '../primitives/ids.ts'
import type { RollupSpec } from '../primitives/rollup-spec.ts'
import type { VoteSigner } from '../primitives/signatures.ts'
import { CLIENT_VERSION } from '../primitives/version.ts'
import type { RollupApplication } from '../rollup/application.ts'
import { createRollupMethods } from '../rollup/rpc/methods.ts'
import type { RpcServer } from '../rpc/server.ts'
import type { SettlementEvent } from '../settlement/postings.ts'
import { InstanceChain } from './chain.ts'
import type { SeatPlatform } from './node-platform.ts'
import { RecordOffers } from './record-offers.ts'
import { blocksOf, finalBlocksOf, startBlockOf } from './rollup-instances.ts'
import { composeSeatBatch } from './seat-batch.ts'
import { openSeatChain, type SeatChain } from './seat-chain.ts'
import type { FromSeat, SeatWorkerData, ToSeat } from './seat-messages.ts'
import { TransactionRelay } from './transaction-relay.ts'
import { Work } from './work.ts'

interface SeatOutside {
  readonly platform: SeatPlatform
  readonly send: (message: FromSeat) => void
  /** The seat can't go on. */
  readonly fail: (error: BeaconError) => void
}

export class Seat {
  readonly #data: SeatWorkerData
  readonly #outside: SeatOutside
  readonly #signer: VoteSigner
  readonly #parts: SeatChain
  readonly #application: RollupApplication
  readonly #chain: InstanceChain
  readonly #records: RecordOffers
  readonly #relay: TransactionRelay
  readonly #work: Work
  #server: RpcServer | null = null
  #isStopped = false
  #isWorkNoted = false

  /** Resolves when it answers JSON-RPC and takes part. */
  static async start(data: SeatWorkerData, outside: SeatOutside): Promise<Seat> {
    const { platform } = outside
    const signer = platform.createVoteSigner(data.voteSeed)
    const seat = new Seat(data, outside, signer, await openSeatChain(data, signer.publicKey, platform))
    await seat.#begin()
    return seat
  }

  private constructor(data: SeatWorkerData, outside: SeatOutside, signer: VoteSigner, parts: SeatChain) {
    const { application, instances, beacon } = parts
    const { send, platform } = outside
    this.#data = data
    this.#outside = outside
    this.#signer = signer
    this.#parts = parts
    this.#application = application
    this.#work = new Work(isInstant(data.spec))
    this.#records = new RecordOffers({
      application,
      isOurTurn: () => this.#offersRecordsAt(beacon.finalised()?.height ?? 0),
      clock: platform.clock,
      timers: platform.timers,
      offer: (offer) => send({ type: 'record', ...offer }),
    })
    this.#relay = new TransactionRelay(
      (raw) => send({ type: 'transactions', to: this.#chain.peers, raw }),
      platform.endOfTurn,
    )
    this.#chain = this.#createChain()
    application.mempool.onAdded(({ raw }) => {
      this.#noteWork()
      this.#relay.accepted(raw)
    })
    application.onFinal(() => this.#records.wake())
    instances.learnCommittees(data.briefing.committees)
  }

  async #begin(): Promise<void> {
    const { briefing } = this.#data
    for (const raw of this.#parts.dropped) this.#application.submit(raw)
    this.#server = await this.#startRpc()
    this.#outside.send({ type: 'ready', rpcUrl: this.#server.url })
    for (const peer of briefing.connectedPeers) this.#chain.peerConnected(peer)
    this.#hearBeacon(briefing.heads.at(-1)?.epoch)
    this.#recorded(briefing.recorded, this.#clock.now())
    await this.#chain.start(this.#resumedInstance()!)
  }

  handle(message: ToSeat): void {
    if (this.#isStopped) return
    const { instances, beacon } = this.#parts
    switch (message.type) {
      case 'consensus':
        this.#chain.receive(message.from, message.instance, message.bytes)
        break
      case 'transactions':
        this.#relay.fromPeer(() => {
          for (const raw of message.raw) this.#application.submit(raw)
        })
        break
      case 'connected':
        this.#chain.peerConnected(message.peer)
        break
      case 'disconnected':
        this.#chain.peerDisconnected(message.peer)
        break
      case 'beacon':
        for (const head of message.heads) beacon.add(head)
        this.#hearBeacon(message.heads.at(-1)?.epoch)
        break
      case 'committees':
        instances.learnCommittees(message.committees)
        this.#chain.poke()
        break
      case 'recorded':
        this.#recorded(message.height, message.at)
        break
      case 'closed':
        instances.close(message.instance)
        this.#chain.relocate(() => this.#resumedInstance())
        break
      case 'opened':
        if (instances.open(message.opening)) this.#chain.relocate(() => this.#resumedInstance())
        break
      case 'settlement':
        this.#settle(message.event, message.at)
        break
      case 'nextBatch': {
        const placeIn = (instance: Instance) => instances.placeIn(instance)
        const batch = composeSeatBatch(this.#application, message.firstHeight, placeIn)
        this.#outside.send({ type: 'batch', id: message.id, batch })
        break
      }
      case 'stop':
        void this.stop().finally(() => this.#outside.send({ type: 'stopped' }))
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#records.stop()
    await this.#server?.close()
    await this.#chain.stop()
    await this.#parts.store.close()
  }

  async #startRpc(): Promise<RpcServer> {
    const { rpcHost, devAccounts } = this.#data
    const { instances } = this.#parts
    const { clock, timers, random, signatures, serveRpc, vms } = this.#outside.platform
    const committees = {
      committeeOf: (instance: Instance) => instances.committeeOf(instance),
      current: () => this.#chain.plan?.committee ?? null,
    }
    const methods = await createRollupMethods(
      this.#application,
      { clientVersion: CLIENT_VERSION, devKeys: devAccounts.map((key) => fromHex(key, 32)) },
      { clock, timers, random, scheme: signatures, committees, vms },
    )
    const headHeight = () => this.#application.chain.head.header.number
    return serveRpc({ host: rpcHost, methods, headHeight })
  }

  #createChain(): InstanceChain {
    const { spec, delayBoundMs } = this.#data
    const { instances } = this.#parts
    const { send, fail, platform } = this.#outside
    const { clock, timers, endOfTurn, logger, signatures } = platform
    const application = this.#application
    return new InstanceChain({
      application: this.#tellingOfWork(application),
      scheme: signatures,
      signer: this.#signer,
      // What is due earlier is said by `work`.
      pacing: {
        minBlockMs: 0,
        heartbeatMs: isInstant(spec) ? spec.heartbeatMs : spec.blockTimeMs,
        instant: true,
      },
      delayBoundMs,
      clock,
      chainTime: new SharedChainTime(this.#data.chainTime),
      timers,
      endOfTurn,
      logger,
      planOf: (instance) => instances.planOf(instance, startBlockOf(application, instance)),
      successorOf: (_, terminal) => instances.successorOf(terminal),
      blocksOf: (instance) => blocksOf(application, instance),
      logs: platform.openLogs(''),
      send: (to, instance, bytes) => send({ type: 'send', to, instance, bytes }),
      onEntered: (instance, seat) => {
        this.#tellWork()
        send({ type: 'entered', instance, seat })
      },
      onMilestone: ({ rung, block, at }) => {
        if (rung !== 'soft') application.heads.note(rung, block.header.height, at)
      },
      onEvidence: (instance, evidence) => send({ type: 'evidence', instance, evidence }),
      onFailure: fail,
    })
  }

  get #clock(): Clock {
    return this.#outside.platform.clock
  }

  /** Null if the stored chain's end is void: then this seat ends, and the next one cuts it off. */
  #resumedInstance(): Instance | null {
    const blocks = finalBlocksOf(this.#application)
    if (this.#parts.instances.findCut(blocks) === null) return this.#parts.instances.resume(blocks)
    this.#outside.send({ type: 'outdated' })
    return null
  }

  #hearBeacon(epoch: number | undefined): void {
    if (epoch !== undefined) this.#work.beaconReached(epoch, this.#clock.now())
    this.#tellWork()
  }

  #recorded(height: number, at: number): void {
    this.#application.heads.climb('beacon', height, at)
    this.#records.recorded(height)
  }

  /** The seats take turns, so that a dead one costs the records one Beacon block. */
  #offersRecordsAt(beaconHeight: number): boolean {
    const instance = this.#chain.instance
    const place = instance === null ? null : this.#parts.instances.placeIn(instance)
    return place !== null && beaconHeight % place.seats === place.seat
  }

  #settle({ type, posting }: SettlementEvent, at: number): void {
    const { heads, chain } = this.#application
    // Without a verifier in the inbox anyone may post; a batch that isn't ours moves nothing.
    const isOurs = chain.store.blockAt(posting.lastHeight)?.digest === posting.lastDigest
    if (type === 'contradicted' || !isOurs) return
    if (type === 'reverted') {
      heads.reorganize(posting.firstHeight - 1, at)
      return
    }
    heads.climb(type, posting.lastHeight, at)
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
      verify: (block, parent, certified) => telling(application.verify(block, parent, certified)),
      commit: (blocks, certificate) => telling(application.commit(blocks, certificate)),
    }
  }

  /** Transactions come by the hundred: what they mean for the leader is looked up once for all of a turn of the event loop. */
  #noteWork(): void {
    if (this.#isWorkNoted) return
    this.#isWorkNoted = true
    this.#outside.platform.endOfTurn(() => {
      this.#isWorkNoted = false
      this.#tellWork()
    })
  }

  #tellWork(): void {
    const { chain, genesis } = this.#application
    const hasNoBlock = chain.tip === null && chain.head.header.number === 0
    const waiting = {
      transactions: this.#application.pendingSince(),
      firstBlock: hasNoBlock ? genesis.header.time : null,
    }
    this.#chain.work(this.#work.since(this.#chain.instance, waiting))
  }
}

function isInstant({ blockTimeMs }: RollupSpec): boolean {
  return blockTimeMs === 0
}
