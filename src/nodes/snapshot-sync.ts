/**
 * Before a node begins: looks whether it is so far behind that a snapshot is worth its while, fetches one from its peers, and puts it into the
 * store in one batch, so that a node that dies meanwhile finds the store as it was. Otherwise, or if nobody has a good one, all stays as it is, and
 * the node executes the chain.
 */

import { ChainStore } from '../beacon/chain-store.ts'
import { type BeaconGenesis, checkGenesis, networkOf } from '../beacon/genesis.ts'
import { computeGenesisState } from '../beacon/genesis-state.ts'
import { type FetchEvent, SnapshotFetch } from '../beacon/snapshot/fetch.ts'
import { encodeSnapshotRequest } from '../beacon/snapshot/messages.ts'
import type { Snapshot } from '../beacon/snapshot/snapshot.ts'
import type { NodeConfig } from '../config/node-config.ts'
import { decodeEnvelope, encodeEnvelope } from '../network/envelope.ts'
import type { Transport } from '../network/transport.ts'
import type { KeyValueStore } from '../platform/ports.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { height } from '../primitives/ids.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'
import type { ValidatorPlatform } from './node-platform.ts'
import { PeerBook } from './peer-book.ts'

export interface SnapshotSyncOptions {
  readonly config: Pick<NodeConfig, 'peer' | 'peers'>
  readonly genesis: BeaconGenesis
  readonly store: KeyValueStore
  readonly networkSeed: Uint8Array
  readonly scheme: SignatureScheme
  readonly platform: ValidatorPlatform
}

/** A node that has missed fewer executes them: it is as quick, and keeps their blocks. */
export const EPOCHS_BEHIND_MIN = 3
const TICK_MS = 200

/** Null if the node goes on from what it has; else the height that it goes on from now. */
export async function syncFromSnapshot(options: SnapshotSyncOptions): Promise<number | null> {
  const { genesis, store, scheme, platform } = options
  // Whoever begins with this genesis is told why not.
  if (checkGenesis(genesis, scheme) !== null) return null
  const { clock, logger } = platform
  const { genesisHash } = networkOf(genesis)
  const { epochLength, blockTimeMs } = genesis.params
  const chain = new ChainStore(store)
  const beginning = computeGenesisState(genesis).block
  const { header } = chain.headOf(genesisHash) ?? beginning
  const distance = EPOCHS_BEHIND_MIN * epochLength
  if (clock.now() - header.time < distance * blockTimeMs) return null
  const snapshot = await fetchSnapshot(options, header.height + distance - 1)
  if (snapshot === null) {
    logger.info({ height: header.height }, 'no peer has a snapshot that is worth its while')
    return null
  }
  await chain.adopt(genesisHash, beginning, snapshot)
  return snapshot.block.header.height
}

async function fetchSnapshot(
  { config, genesis, networkSeed, scheme, platform }: SnapshotSyncOptions,
  above: number,
): Promise<Snapshot | null> {
  const { clock, timers, logger } = platform
  const founders = new Set(genesis.validators.map(({ networkKey }) => toHex(networkKey)))
  const book = new PeerBook({
    clock,
    timers,
    logger,
    seed: networkSeed,
    genesisHash: networkOf(genesis).genesisHash,
    entries: config.peers,
    // As long as nothing else is known of the validators.
    standing: { has: (key) => founders.has(key) },
  })
  const transport = platform.createTransport({
    seed: networkSeed,
    host: config.peer.host,
    port: config.peer.port,
    isAllowed: (key) => book.isKnown(key),
  })
  const fetch = new SnapshotFetch({ genesis, scheme, above: height(above) }, clock.now())
  const { promise, resolve, reject } = Promise.withResolvers<Snapshot | null>()
  let cancelTick = () => {}
  const handle = (event: FetchEvent) => {
    try {
      for (const effect of fetch.step(event, clock.now())) {
        if (effect.type === 'ask') ask(transport, effect.peer, effect.request)
        else if (effect.type === 'dropped') logger.info(effect, 'a peer gives no snapshot')
        else resolve(effect.type === 'fetched' ? effect.snapshot : null)
      }
    } catch (cause) {
      reject(cause)
    }
  }
  const tick = () => {
    handle({ type: 'tick' })
    cancelTick = timers.schedule(TICK_MS, tick)
  }
  transport.onConnect((peer) => {
    book.peerConnected(peer)
    handle({ type: 'connected', peer })
  })
  transport.onDisconnect((peer) => {
    book.peerDisconnected(peer)
    handle({ type: 'disconnected', peer })
  })
  transport.onMessage((peer, message) => hear(book, peer, message, handle))
  const address = await transport.listen()
  book.open(transport, { publicKey: transport.publicKey, ...address })
  tick()
  try {
    return await promise
  } finally {
    cancelTick()
    book.stop()
    await transport.close()
  }
}

function ask(transport: Transport, peer: Hex, request: Parameters<typeof encodeSnapshotRequest>[0]): void {
  transport.send(peer, encodeEnvelope({ kind: 'snapshot' }, encodeSnapshotRequest(request)))
}

/** All else that peers say is for later: they say it again to a node that has begun. */
function hear(book: PeerBook, peer: Hex, message: Uint8Array, handle: (event: FetchEvent) => void): void {
  try {
    const { channel, payload } = decodeEnvelope(message)
    if (channel.kind === 'snapshot') handle({ type: 'message', peer, bytes: payload })
    else if (channel.kind === 'addresses') book.take(peer, payload)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
}
