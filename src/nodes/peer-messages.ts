/**
 * What peers say goes to the part that it concerns, and what is new in the pool to the peers. A stranger may ask for what is final, blocks or a
 * snapshot, and hand in an action of its account; nothing else that it says is looked at, for it would have to be judged.
 */

import type { BeaconApplication } from '../beacon/application.ts'
import type { PoolItem } from '../beacon/pool.ts'
import { isQuestion } from '../consensus/message.ts'
import { type Channel, decodeEnvelope, encodeEnvelope } from '../network/envelope.ts'
import type { Transport } from '../network/transport.ts'
import type { Logger } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { BEACON } from '../primitives/ids.ts'
import type { InstanceChain } from './chain.ts'
import type { PeerBook } from './peer-book.ts'
import type { PoolIntake } from './pool-intake.ts'
import type { Seats } from './seats.ts'
import type { SnapshotServer } from './snapshot-server.ts'
import { decodeTransactions } from './transaction-messages.ts'

export interface NodeParts {
  readonly application: BeaconApplication
  readonly chain: InstanceChain
  readonly seats: Seats
  readonly book: PeerBook
  readonly intake: PoolIntake
  readonly snapshots: SnapshotServer
  readonly logger: Logger
}

export function joinParts(transport: Transport, parts: NodeParts): void {
  const { application, chain, seats, book, intake, snapshots, logger } = parts
  /** Complained about already, since they connected: a peer may send thousands of messages in a second. */
  const senselessPeers = new Set<Hex>()
  transport.onConnect((peer) => {
    senselessPeers.delete(peer)
    chain.peerConnected(peer)
    seats.peerConnected(peer)
    book.peerConnected(peer)
    // It follows the instance under way, though no plan names it.
    if (!book.isKnown(peer)) chain.poke()
  })
  transport.onDisconnect((peer) => {
    chain.peerDisconnected(peer)
    seats.peerDisconnected(peer)
    book.peerDisconnected(peer)
    intake.forget(peer)
    snapshots.forget(peer)
  })
  transport.onMessage((peer, message) => {
    try {
      const { channel, payload } = decodeEnvelope(message)
      if (book.isKnown(peer) || isForStrangers(channel, payload)) deliver(parts, peer, channel, payload)
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

function isForStrangers(channel: Channel, payload: Uint8Array): boolean {
  if (channel.kind === 'consensus') return channel.instance.rollup === BEACON && isQuestion(payload)
  return channel.kind === 'action' || channel.kind === 'snapshot'
}

/** Throws DecodeError. */
function deliver(
  { chain, seats, book, intake, snapshots }: NodeParts,
  peer: Hex,
  channel: Channel,
  payload: Uint8Array,
): void {
  switch (channel.kind) {
    case 'consensus':
      if (channel.instance.rollup === BEACON) chain.receive(peer, channel.instance, payload)
      else seats.consensus(peer, channel.instance, payload)
      break
    case 'transactions':
      seats.transactions(channel.rollup, decodeTransactions(payload))
      break
    case 'addresses':
      book.take(peer, payload)
      break
    case 'snapshot':
      snapshots.take(peer, payload)
      break
    default:
      intake.take(peer, { type: channel.kind, bytes: payload })
  }
}
