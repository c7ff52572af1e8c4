/**
 * A validator's process: the transport, the Beacon Layer's chain and JSON-RPC on the main thread, a worker thread for each seat. Here the
 * parts are joined; each does its own work elsewhere.
 */

import { type BeaconApplication, createBeaconApplication } from '../beacon/application.ts'
import type { BeaconGenesis } from '../beacon/genesis.ts'
import type { PoolItem } from '../beacon/pool.ts'
import { createBeaconMethods } from '../beacon/rpc.ts'
import type { NodeConfig, NodeKeys } from '../config/node-config.ts'
import { decodeEnvelope, encodeEnvelope } from '../network/envelope.ts'
import type { Transport } from '../network/transport.ts'
import { SharedChainTime } from '../platform/chain-time.ts'
import type { ChainTime, Logger } from '../platform/ports.ts'
import { rememberAggregates } from '../platform/remembered-aggregates.ts'
import { recoverAddress } from '../platform/secp256k1.ts'
import { fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { BEACON, beaconInstance, type Instance } from '../primitives/ids.ts'
import type { NodeFaults } from '../primitives/node-faults.ts'
import type { NodeReport, PeerAddress } from '../primitives/process-messages.ts'
import { CLIENT_VERSION } from '../primitives/version.ts'
import { createBeaconChain } from './beacon-chain.ts'
import type { InstanceChain } from './chain.ts'
import { BEACON_LOGS, BEACON_STORE } from './data-layout.ts'
import { FaultControls } from './fault-controls.ts'
import type { ValidatorPlatform } from './node-platform.ts'
import { PoolIntake } from './pool-intake.ts'
import { Seats } from './seats.ts'
import { startSettlement } from './settlement.ts'
import { decodeTransactions, encodeTransactions } from './transaction-messages.ts'

export interface RunningValidator {
  /** The whole address book. */
  setPeers(peers: readonly PeerAddress[]): void
  /** Of the blocks to come; answered by a report. */
  setTime(time: ChainTime): void
  /** All that it is to suffer and to do from now on; answered by a report. */
  setFaults(faults: NodeFaults): void
  stop(): Promise<void>
}

export interface ValidatorOutside {
  readonly platform: ValidatorPlatform
  readonly report: (report: NodeReport) => void
  /** The node can't go on. */
  readonly fail: (cause: unknown) => void
}

export async function startValidator(
  config: NodeConfig,
  keys: NodeKeys,
  genesis: BeaconGenesis,
  { platform: whole, report, fail }: ValidatorOutside,
): Promise<RunningValidator> {
  const faults = new FaultControls(whole)
  const { platform } = faults
  const chainTime = new SharedChainTime()
  chainTime.set({ aheadMs: config.timeAheadMs, acceptedMs: config.timeAheadMs })
  const { clock, timers, logger } = platform
  const ports = { clock, chainTime, timers, logger }
  const store = await platform.openStore(BEACON_STORE)
  const scheme = rememberAggregates(platform.signatures)
  const signer = platform.createVoteSigner(fromHex(keys.vote, 32))
  const application = await createBeaconApplication({
    genesis,
    store,
    signer,
    signatures: scheme,
    recoverAddress,
  })
  const transport = platform.createTransport({
    seed: fromHex(keys.network, 32),
    host: config.peer.host,
    port: config.peer.port,
    isAllowed: (key) => isValidator(application, key),
  })
  const sendConsensus = faults.misbehave(
    (to: readonly Hex[], instance: Instance, bytes: Uint8Array) =>
      transport.broadcast(encodeEnvelope({ kind: 'consensus', instance }, bytes), to),
    { validator: config.validator, signer, application },
  )
  const chain = createBeaconChain(application, transport.publicKey, {
    ...ports,
    scheme,
    signer,
    endOfTurn: platform.endOfTurn,
    logs: platform.openLogs(BEACON_LOGS),
    delayBoundMs: config.timing.delayBoundMs,
    send: sendConsensus,
    onFailure: fail,
  })
  const seats = new Seats({
    ...ports,
    application,
    startThread: platform.startSeatThread,
    settings: {
      validator: config.validator,
      networkKey: transport.publicKey,
      voteSeed: fromHex(keys.vote, 32),
      dataDir: config.dataDir,
      rpcHost: config.rpc.host,
      devAccounts: config.devAccounts,
      delayBoundMs: config.timing.delayBoundMs,
      logLevel: config.logLevel,
      chainTime: chainTime.memory,
      diskDelay: faults.diskDelay,
    },
    connectedPeers: () => transport.peers(),
    sendConsensus,
    sendTransactions: (to, rollup, raw) => {
      for (const message of encodeTransactions(raw)) {
        transport.broadcast(encodeEnvelope({ kind: 'transactions', rollup }, message), to)
      }
    },
    report,
    onFollow: (rollup) => settlement?.follow(rollup),
    onUnfollow: (rollup) => settlement?.unfollow(rollup),
  })
  const settlement =
    config.l1 === null
      ? null
      : startSettlement(config.l1, keys.poster, {
          ...ports,
          store,
          connectRpc: platform.connectRpc,
          nextBatch: (rollup, firstHeight) => seats.nextBatch(rollup, firstHeight),
          onEvent: (event) => seats.settlement(event),
        })
  joinParts(transport, {
    application,
    chain,
    seats,
    intake: new PoolIntake(application.pool, clock, logger),
    logger,
  })
  const server = await platform.serveRpc({
    host: config.rpc.host,
    port: config.rpc.port,
    methods: createBeaconMethods(application, { clientVersion: CLIENT_VERSION }),
    headHeight: () => application.head.header.height,
  })
  const address = await transport.listen()
  await chain.start(beaconInstance(application.epoch))
  seats.start()
  report({
    type: 'ready',
    validator: config.validator,
    peer: { publicKey: transport.publicKey, ...address },
    rpcUrl: server.url,
  })
  return {
    setTime: (time) => {
      chainTime.set(time)
      report({ type: 'timeSet' })
    },
    setFaults: (told) => {
      faults.set(told)
      report({ type: 'faultsSet' })
    },
    setPeers: (peers) =>
      transport.setPeers(peers.filter(({ publicKey }) => publicKey !== transport.publicKey)),
    async stop() {
      await Promise.all([server.close(), transport.close(), settlement?.stop()])
      await Promise.all([chain.stop(), seats.stop()])
      await store.close()
    },
  }
}

/** What peers say goes to the part that it concerns, and what is new in the pool to the peers. */
function joinParts(
  transport: Transport,
  {
    application,
    chain,
    seats,
    intake,
    logger,
  }: {
    application: BeaconApplication
    chain: InstanceChain
    seats: Seats
    intake: PoolIntake
    logger: Logger
  },
): void {
  /** Complained about already, since they connected: a peer may send thousands of messages in a second. */
  const senselessPeers = new Set<Hex>()
  transport.onConnect((peer) => {
    senselessPeers.delete(peer)
    chain.peerConnected(peer)
    seats.peerConnected(peer)
  })
  transport.onDisconnect((peer) => {
    chain.peerDisconnected(peer)
    seats.peerDisconnected(peer)
  })
  transport.onMessage((peer, message) => {
    try {
      const { channel, payload } = decodeEnvelope(message)
      if (channel.kind === 'consensus') {
        if (channel.instance.rollup === BEACON) chain.receive(peer, channel.instance, payload)
        else seats.consensus(peer, channel.instance, payload)
      } else if (channel.kind === 'transactions') {
        seats.transactions(channel.rollup, decodeTransactions(payload))
      } else {
        intake.take(peer, { type: channel.kind, bytes: payload })
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      if (senselessPeers.has(peer)) return
      senselessPeers.add(peer)
      logger.warn({ peer, reason: error.message }, 'a peer sends garbage')
    }
  })
  application.pool.subscribe(({ type, bytes }: PoolItem) => {
    // Records are many, and their seats repeat them until they are in a block: one hop is enough.
    if (type === 'record' && intake.isTaking) return
    transport.broadcast(encodeEnvelope({ kind: type }, bytes))
  })
}

function isValidator(application: BeaconApplication, key: Hex): boolean {
  return application.state.validators().some(({ networkKey }) => toHex(networkKey) === key)
}
