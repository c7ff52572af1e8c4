/**
 * A validator's process: the transport, the Beacon Layer's chain and JSON-RPC on the main thread, a worker thread for each seat. Here the
 * parts are joined; each does its own work elsewhere.
 */

import { type BeaconApplication, createBeaconApplication } from '../beacon/application.ts'
import type { BeaconGenesis } from '../beacon/genesis.ts'
import { createBeaconMethods } from '../beacon/rpc.ts'
import type { NodeConfig, NodeKeys } from '../config/node-config.ts'
import { encodeEnvelope } from '../network/envelope.ts'
import { SharedChainTime } from '../platform/chain-time.ts'
import type { ChainTime } from '../platform/ports.ts'
import { rememberAggregates } from '../platform/remembered-aggregates.ts'
import { recoverAddress } from '../platform/secp256k1.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import { beaconInstance, type Instance } from '../primitives/ids.ts'
import type { NodeFaults } from '../primitives/node-faults.ts'
import type { NodeReport, PeerAddress } from '../primitives/process-messages.ts'
import { CLIENT_VERSION } from '../primitives/version.ts'
import { createBeaconChain } from './beacon-chain.ts'
import { BEACON_LOGS, BEACON_STORE } from './data-layout.ts'
import { FaultControls } from './fault-controls.ts'
import type { ValidatorPlatform } from './node-platform.ts'
import { PeerBook } from './peer-book.ts'
import { joinParts } from './peer-messages.ts'
import { PoolIntake } from './pool-intake.ts'
import { Seats } from './seats.ts'
import { startSettlement } from './settlement.ts'
import { SnapshotServer } from './snapshot-server.ts'
import { syncFromSnapshot } from './snapshot-sync.ts'
import { Standing } from './standing.ts'
import { tellUpgrades } from './tell-upgrades.ts'
import { encodeTransactions } from './transaction-messages.ts'

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

/** Who follow, or want to become validators. */
const STRANGERS_MAX = 16

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
  const networkSeed = fromHex(keys.network, 32)
  if (config.sync === 'snapshot') {
    const at = await syncFromSnapshot({ config, genesis, store, networkSeed, scheme, platform })
    if (at !== null) report({ type: 'synced', snapshotHeight: at })
  }
  const application = await createBeaconApplication({
    genesis,
    store,
    signer,
    signatures: scheme,
    recoverAddress,
    loadRuntime: platform.loadRuntime,
  })
  const { snapshotHeight } = application.chain
  const origin = snapshotHeight === null ? 'the genesis' : `the snapshot at height ${snapshotHeight}`
  logger.info({ height: application.head.header.height }, `synced from ${origin}`)
  // A validator's number is known once its keys are registered.
  const ownIndex = () => application.state.validatorWith(signer.publicKey)
  const standing = new Standing(application)
  const { genesisHash } = application.network
  const book = new PeerBook({ ...ports, seed: networkSeed, genesisHash, entries: config.peers, standing })
  const transport = platform.createTransport({
    seed: networkSeed,
    host: config.peer.host,
    port: config.peer.port,
    isAllowed: (key) => book.isKnown(key),
    strangersMax: STRANGERS_MAX,
  })
  const sendConsensus = faults.misbehave(
    (to: readonly Hex[], instance: Instance, bytes: Uint8Array) =>
      transport.broadcast(encodeEnvelope({ kind: 'consensus', instance }, bytes), to),
    { validator: ownIndex, signer, application },
  )
  const chain = createBeaconChain(application, standing, transport, {
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
    ownIndex,
    settings: {
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
  const snapshots = new SnapshotServer({
    ...ports,
    application,
    send: (peer, response) => transport.send(peer, encodeEnvelope({ kind: 'snapshot' }, response)),
  })
  joinParts(transport, {
    application,
    chain,
    seats,
    book,
    intake: new PoolIntake(application.pool, clock, logger),
    snapshots,
    logger,
  })
  const server = await platform.serveRpc({
    host: config.rpc.host,
    port: config.rpc.port,
    methods: createBeaconMethods(application, { clientVersion: CLIENT_VERSION }),
    headHeight: () => application.head.header.height,
  })
  const address = await transport.listen()
  book.open(transport, { publicKey: transport.publicKey, ...address })
  const untell = tellUpgrades(application, logger)
  const unwatch = watchStanding(application, standing, () => {
    book.standingChanged()
    chain.poke()
  })
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
    setPeers: (peers) => book.introduce(peers),
    async stop() {
      untell()
      unwatch()
      book.stop()
      snapshots.stop()
      await Promise.all([server.close(), transport.close(), settlement?.stop()])
      await Promise.all([chain.stop(), seats.stop()])
      await store.close()
    },
  }
}

/** Calls `onChange` when others than before are validators. Returns what ends that. */
function watchStanding(application: BeaconApplication, standing: Standing, onChange: () => void): () => void {
  let before = standing.validators
  return application.subscribe(() => {
    const { validators } = standing
    if (validators === before) return
    before = validators
    onChange()
  })
}
