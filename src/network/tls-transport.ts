/**
 * The transport between machines: TLS 1.3, both sides with self-signed Ed25519 certificates, a peer's name being its key. Of two peers
 * the one with the lower key dials, so that one connection results; whoever else dials is refused. A second connection by a peer
 * that proves its key replaces the first, which it must have lost.
 */

import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { defineError } from '../errors/beacon-error.ts'
import type { Clock, Logger, Random, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { createIdentity } from './certificate.ts'
import { Connection } from './connection.ts'
import { type DialAttempt, Dialer } from './dialer.ts'
import { encodeFrame } from './frames.ts'
import { dialTls, type MutualTls, mutualTls, peerOf } from './tls-sockets.ts'
import { DEFAULT_LIMITS, type Transport, type TransportLimits } from './transport.ts'

export interface TlsTransportOptions {
  /** Secret of the network key, 32 B. */
  readonly seed: Uint8Array
  readonly host?: string
  /** 0, the default, lets the system choose. */
  readonly port?: number
  /** Whom to accept; by default those in the address book. Asked anew whenever the address book changes. */
  readonly isAllowed?: (publicKey: Hex) => boolean
  readonly limits?: Partial<TransportLimits>
}

export interface TlsTransportPorts {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
}

export const LISTEN_FAILED = defineError<{ host: string; port: number; reason: string }>({
  code: 'N101',
  name: 'PEER_LISTEN_FAILED',
  kind: 'environment',
  message: ({ host, port, reason }) => `cannot listen for peers on ${host}:${port}: ${reason}`,
  hint: () => 'stop the process that holds the port, or let the system choose one with port 0',
})

export function createTlsTransport(options: TlsTransportOptions, ports: TlsTransportPorts): Transport {
  return new TlsTransport(options, ports)
}

class TlsTransport implements Transport {
  readonly publicKey: Hex
  readonly #options: TlsTransportOptions
  readonly #ports: TlsTransportPorts
  readonly #limits: TransportLimits
  readonly #tls: MutualTls
  readonly #server: Server
  /** Sockets of every stage, to be destroyed on closing. */
  readonly #sockets = new Set<Socket>()
  /** Open connections by peer. */
  readonly #connections = new Map<Hex, Connection>()
  readonly #dialers = new Map<Hex, Dialer>()
  #addresses = new Map<Hex, PeerAddress>()
  #state: 'created' | 'listening' | 'closed' = 'created'
  readonly #messageListeners: ((peer: Hex, message: Uint8Array) => void)[] = []
  readonly #connectListeners: ((peer: Hex) => void)[] = []
  readonly #disconnectListeners: ((peer: Hex) => void)[] = []

  constructor(options: TlsTransportOptions, ports: TlsTransportPorts) {
    const identity = createIdentity(options.seed)
    this.publicKey = identity.publicKey
    this.#options = options
    this.#ports = ports
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#tls = mutualTls(identity)
    const { connectionsMax, handshakeTimeoutMs } = this.#limits
    this.#server = createServer({ ...this.#tls, handshakeTimeout: handshakeTimeoutMs }, (socket) =>
      this.#accept(socket),
    )
    this.#server.maxConnections = connectionsMax
    this.#server.on('connection', (socket: Socket) => this.#track(socket))
    this.#server.on('tlsClientError', (error, socket) => {
      ports.logger.debug({ reason: error.message }, 'refused a connection without a handshake')
      socket.destroy()
    })
  }

  listen(): Promise<{ host: string; port: number }> {
    const { host = '127.0.0.1', port = 0 } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<{ host: string; port: number }>()
    const fail = (error: Error) => reject(LISTEN_FAILED({ host, port, reason: error.message }, error))
    this.#server.once('error', fail)
    this.#server.listen({ host, port }, () => {
      this.#server.off('error', fail)
      // Later errors concern single connections that couldn't be accepted (no descriptors, say).
      this.#server.on('error', (error) =>
        this.#ports.logger.warn({ reason: error.message }, 'cannot accept peers'),
      )
      this.#state = 'listening'
      this.setPeers([...this.#addresses.values()])
      resolve({ host, port: (this.#server.address() as { port: number }).port })
    })
    return promise
  }

  setPeers(addresses: readonly PeerAddress[]): void {
    this.#addresses = new Map(addresses.map((address) => [address.publicKey, address]))
    for (const [peer, connection] of this.#connections) {
      if (!this.#isAllowed(peer)) connection.end('no longer a peer')
    }
    if (this.#state !== 'listening') return
    for (const [peer, dialer] of this.#dialers) {
      if (this.#addresses.has(peer)) continue
      dialer.stop()
      this.#dialers.delete(peer)
    }
    for (const [peer, address] of this.#addresses) {
      if (peer <= this.publicKey) continue
      const dialer = this.#dialers.get(peer)
      if (dialer !== undefined) dialer.move(address)
      else this.#dialers.set(peer, new Dialer(address, (to, ended) => this.#dial(to, ended), this.#ports))
    }
  }

  send(peer: Hex, message: Uint8Array): boolean {
    const connection = this.#connections.get(peer)
    return connection?.write(this.#frame(message)) ?? false
  }

  broadcast(message: Uint8Array, only?: Iterable<Hex>): void {
    const frame = this.#frame(message)
    for (const peer of only ?? this.#connections.keys()) this.#connections.get(peer)?.write(frame)
  }

  onMessage(listener: (peer: Hex, message: Uint8Array) => void): void {
    this.#messageListeners.push(listener)
  }

  onConnect(listener: (peer: Hex) => void): void {
    this.#connectListeners.push(listener)
  }

  onDisconnect(listener: (peer: Hex) => void): void {
    this.#disconnectListeners.push(listener)
  }

  peers(): readonly Hex[] {
    return [...this.#connections.keys()]
  }

  close(): Promise<void> {
    this.#state = 'closed'
    for (const dialer of this.#dialers.values()) dialer.stop()
    this.#dialers.clear()
    this.#connections.clear()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    return closed
  }

  #isAllowed(peer: Hex): boolean {
    return this.#options.isAllowed?.(peer) ?? this.#addresses.has(peer)
  }

  #frame(message: Uint8Array): Buffer {
    const { messageBytesMax } = this.#limits
    if (message.length > messageBytesMax) {
      throw new RangeError(`a message of ${message.length} bytes, where ${messageBytesMax} are allowed`)
    }
    return encodeFrame(message)
  }

  #accept(socket: TLSSocket): void {
    this.#track(socket)
    const peer = peerOf(socket)
    if (peer === null || peer >= this.publicKey || !this.#isAllowed(peer)) {
      this.#ports.logger.debug({ peer }, 'refused a peer')
      socket.destroy()
      return
    }
    this.#connect(socket, peer, () => {})
  }

  #dial(address: PeerAddress, ended: (openMs: number) => void): DialAttempt {
    const { timers, clock } = this.#ports
    let isAborted = false
    let openedAt: number | null = null
    const socket = dialTls(address, this.#tls, timers, this.#limits.handshakeTimeoutMs, (secured) =>
      this.#connect(secured, address.publicKey, () => {
        openedAt = clock.now()
      }),
    )
    this.#track(socket)
    socket.once('close', () => {
      if (!isAborted) ended(openedAt === null ? 0 : clock.now() - openedAt)
    })
    return {
      abort: () => {
        isAborted = true
        socket.destroy()
      },
    }
  }

  #connect(socket: TLSSocket, peer: Hex, opened: () => void): void {
    new Connection(socket, peer, this.#limits, this.#ports, {
      open: (connection) => {
        opened()
        this.#opened(connection)
      },
      message: (_connection, message) => {
        for (const listener of this.#messageListeners) listener(peer, message)
      },
      end: (connection, reason) => this.#ended(connection, reason),
    })
  }

  #opened(connection: Connection): void {
    const { peer } = connection
    const before = this.#connections.get(peer)
    if (before !== undefined) {
      before.end('replaced by a newer connection')
      this.#ended(before, 'replaced by a newer connection')
    }
    if (!this.#isAllowed(peer)) {
      connection.end('no longer a peer')
      return
    }
    this.#connections.set(peer, connection)
    for (const listener of this.#connectListeners) listener(peer)
  }

  #ended(connection: Connection, reason: string): void {
    const { peer } = connection
    this.#ports.logger.debug({ peer, reason }, 'a connection ended')
    if (this.#connections.get(peer) !== connection) return
    this.#connections.delete(peer)
    for (const listener of this.#disconnectListeners) listener(peer)
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
