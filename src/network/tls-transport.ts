/**
 * The transport between machines: TLS 1.3, both sides with self-signed Ed25519 certificates, a peer's name being its key. Of two peers
 * that know of each other the one with the lower key dials, so that one connection results; the other does it if nothing comes of that, for
 * its own address may be unknown or out of reach. A second connection by a peer that proves its key replaces the first, which it must have
 * lost; of two that were dialed from both sides at once, the one of the lower key stays.
 *
 * Strangers, who are in no address book and of no standing, are let in up to a number, and may send little.
 */

import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { defineError } from '../errors/beacon-error.ts'
import type { Clock, Logger, Random, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { createIdentity } from './certificate.ts'
import { Connection } from './connection.ts'
import { type Dial, type DialAttempt, Dialer } from './dialer.ts'
import { encodeFrame } from './frames.ts'
import { HandshakeCount } from './handshake-count.ts'
import { dialTls, type MutualTls, mutualTls, peerOf } from './tls-sockets.ts'
import { DEFAULT_LIMITS, STRANGER_LIMITS, type Transport, type TransportLimits } from './transport.ts'

export interface TlsTransportOptions {
  /** Secret of the network key, 32 B. */
  readonly seed: Uint8Array
  readonly host?: string
  /** 0, the default, lets the system choose. */
  readonly port?: number
  /** Whom to accept; by default those in the address book. Asked anew whenever the address book changes. */
  readonly isAllowed?: (publicKey: Hex) => boolean
  /** How many others are let in, at a time; by default none. */
  readonly strangersMax?: number
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

/** Two connections that were opened within so short a time were dialed at once, from both sides. */
const AT_ONCE_MS = 1_000

interface Open {
  readonly connection: Connection
  readonly openedAt: number
  /** Dialed by the peer with the lower key. */
  readonly isRegular: boolean
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
  readonly #connections = new Map<Hex, Open>()
  readonly #handshakes = new HandshakeCount()
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
    this.#server.on('connection', (socket: Socket) => {
      this.#track(socket)
      if (!this.#handshakes.add(socket)) socket.destroy()
    })
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
    for (const [peer, { connection }] of this.#connections) {
      if (this.#mayStay(peer)) connection.limit(this.#limitsOf(peer))
      else connection.end('no longer a peer')
    }
    if (this.#state !== 'listening') return
    for (const [peer, dialer] of this.#dialers) {
      if (this.#addresses.has(peer)) continue
      dialer.stop()
      this.#dialers.delete(peer)
    }
    for (const [peer, address] of this.#addresses) {
      const dialer = this.#dialers.get(peer)
      if (dialer !== undefined) dialer.move(address)
      else if (peer !== this.publicKey) this.#dialers.set(peer, this.#createDialer(address))
    }
  }

  send(peer: Hex, message: Uint8Array): boolean {
    return this.#connections.get(peer)?.connection.write(this.#frame(message)) ?? false
  }

  broadcast(message: Uint8Array, only?: Iterable<Hex>): void {
    const frame = this.#frame(message)
    for (const peer of only ?? this.#connections.keys()) this.#connections.get(peer)?.connection.write(frame)
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

  /** Connected, or about to be. Whoever was let in as a stranger isn't sent away for others. */
  #mayStay(peer: Hex): boolean {
    if (this.#isAllowed(peer)) return true
    const { strangersMax = 0 } = this.#options
    const strangers = [...this.#connections.keys()].filter((other) => !this.#isAllowed(other))
    const position = strangers.indexOf(peer)
    return (position === -1 ? strangers.length : position) < strangersMax
  }

  #limitsOf(peer: Hex): TransportLimits {
    return this.#isAllowed(peer) ? this.#limits : { ...this.#limits, ...STRANGER_LIMITS }
  }

  #createDialer(address: PeerAddress): Dialer {
    const peer = address.publicKey
    const dial: Dial = (to, ended) => this.#dial(to, ended)
    const isOurs = this.publicKey < peer
    return new Dialer(address, dial, this.#ports, isOurs ? null : () => this.#connections.has(peer))
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
    this.#handshakes.ended(socket)
    const peer = peerOf(socket)
    if (peer === null || peer === this.publicKey || !this.#mayStay(peer)) {
      this.#ports.logger.debug({ peer }, 'refused a peer')
      socket.destroy()
      return
    }
    this.#connect(socket, peer, { isRegular: peer < this.publicKey })
  }

  #dial(address: PeerAddress, ended: (openMs: number) => void): DialAttempt {
    const { timers, clock } = this.#ports
    let isAborted = false
    let openedAt: number | null = null
    const isRegular = this.publicKey < address.publicKey
    const socket = dialTls(address, this.#tls, timers, this.#limits.handshakeTimeoutMs, (secured) =>
      this.#connect(secured, address.publicKey, { isRegular }, () => {
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

  #connect(
    socket: TLSSocket,
    peer: Hex,
    { isRegular }: Pick<Open, 'isRegular'>,
    opened: () => void = () => {},
  ): void {
    new Connection(socket, peer, this.#limitsOf(peer), this.#ports, {
      open: (connection) => {
        opened()
        this.#opened({ connection, isRegular, openedAt: this.#ports.clock.now() })
      },
      message: (_connection, message) => {
        for (const listener of this.#messageListeners) listener(peer, message)
      },
      end: (connection, reason) => this.#ended(connection, reason),
    })
  }

  #opened(open: Open): void {
    const { connection } = open
    const { peer } = connection
    if (!this.#mayStay(peer)) {
      connection.end('no longer a peer')
      return
    }
    const before = this.#connections.get(peer)
    if (before !== undefined && isDialedInVain(open, before)) {
      connection.end('dialed from both sides')
      return
    }
    if (before !== undefined) {
      before.connection.end('replaced by a newer connection')
      this.#ended(before.connection, 'replaced by a newer connection')
    }
    this.#connections.set(peer, open)
    for (const listener of this.#connectListeners) listener(peer)
  }

  #ended(connection: Connection, reason: string): void {
    const { peer } = connection
    this.#ports.logger.debug({ peer, reason }, 'a connection ended')
    if (this.#connections.get(peer)?.connection !== connection) return
    this.#connections.delete(peer)
    for (const listener of this.#disconnectListeners) listener(peer)
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

function isDialedInVain({ isRegular, openedAt }: Open, before: Open): boolean {
  return !isRegular && before.isRegular && openedAt - before.openedAt < AT_ONCE_MS
}
