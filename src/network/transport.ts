/**
 * How nodes exchange messages: authenticated by their network keys, in order and without loss while a connection lasts, with no promise
 * across connections. Whoever hears `connect` sends its current state, for the peer may have missed anything before.
 */

import type { Hex } from '../primitives/bytes.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'

export interface Transport {
  /** This node's network key: 32 B of Ed25519. Peers are named by theirs. */
  readonly publicKey: Hex
  /** Starts accepting and dialing; gives the address that was bound. */
  listen(): Promise<{ readonly host: string; readonly port: number }>
  /** The whole address book. Peers that are in it no more are disconnected. */
  setPeers(addresses: readonly PeerAddress[]): void
  /** False if the peer is not connected, or was disconnected now because it reads too slowly. */
  send(peer: Hex, message: Uint8Array): boolean
  /** To every connected peer, or those of `only` that are connected. */
  broadcast(message: Uint8Array, only?: Iterable<Hex>): void
  onMessage(listener: (peer: Hex, message: Uint8Array) => void): void
  onConnect(listener: (peer: Hex) => void): void
  onDisconnect(listener: (peer: Hex) => void): void
  /** Those connected now. */
  peers(): readonly Hex[]
  /** Disconnects everything at once, without farewell, and silences the listeners. */
  close(): Promise<void>
}

export interface TransportLimits {
  /** The largest message. A peer that announces a larger one is disconnected. */
  readonly messageBytesMax: number
  /**
   * Bytes waiting to be read by one peer. Beyond it the peer is disconnected: dropping single messages would leave a gap that neither
   * side knows of, while a new connection begins with the current state.
   */
  readonly queueBytesMax: number
  /** Incoming connections, strangers in their handshake included; more are closed at once. */
  readonly connectionsMax: number
  /** From the TCP connection to the peer's greeting. */
  readonly handshakeTimeoutMs: number
  /** What one peer may send; beyond it its socket isn't read until the second is over, so that TCP slows the peer down. */
  readonly bytesPerSecondMax: number
  readonly messagesPerSecondMax: number
}

export const DEFAULT_LIMITS: TransportLimits = {
  messageBytesMax: 8 * 1024 * 1024,
  queueBytesMax: 32 * 1024 * 1024,
  // All that may be members of one epoch, as many strangers as are ever let in, and as many again in their handshakes.
  connectionsMax: 256,
  handshakeTimeoutMs: 5_000,
  bytesPerSecondMax: 64 * 1024 * 1024,
  messagesPerSecondMax: 20_000,
}

/** What one stranger may do: enough to follow the chain and to fetch its past, and little enough that many of them don't slow it down. */
export const STRANGER_LIMITS: Pick<
  TransportLimits,
  'queueBytesMax' | 'bytesPerSecondMax' | 'messagesPerSecondMax'
> = {
  queueBytesMax: 8 * 1024 * 1024,
  bytesPerSecondMax: 512 * 1024,
  messagesPerSecondMax: 50,
}
