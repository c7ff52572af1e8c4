/**
 * One connection to an authenticated peer, dialed or accepted. Both sides greet first, so that a dialer, whose part of the TLS 1.3
 * handshake ends before the other side has looked at its certificate, learns that it was accepted. In: a socket. Out: messages within
 * the limits, and exactly one end.
 */

import type { Socket } from 'node:net'
import type { Clock, Timers } from '../platform/ports.ts'
import { equalBytes, type Hex, utf8 } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { encodeFrame, FrameReader } from './frames.ts'
import { RateLimit } from './rate-limit.ts'
import type { TransportLimits } from './transport.ts'

export interface ConnectionHandlers {
  /** The peer greeted. */
  open(connection: Connection): void
  message(connection: Connection, message: Uint8Array): void
  /** Always called, once, also if never opened. */
  end(connection: Connection, reason: string): void
}

const GREETING = utf8('beacon/peer/1')
/** How long a silent connection goes unchecked by TCP. */
const KEEP_ALIVE_MS = 10_000

export class Connection {
  readonly peer: Hex
  readonly #socket: Socket
  #limits: TransportLimits
  readonly #timers: Timers
  readonly #handlers: ConnectionHandlers
  readonly #frames: FrameReader
  readonly #bytes: RateLimit
  readonly #messages: RateLimit
  #isOpen = false
  #reason = 'closed by the peer'
  #cancelTimer: () => void

  constructor(
    socket: Socket,
    peer: Hex,
    limits: TransportLimits,
    { clock, timers }: { clock: Clock; timers: Timers },
    handlers: ConnectionHandlers,
  ) {
    this.peer = peer
    this.#socket = socket
    this.#limits = limits
    this.#timers = timers
    this.#handlers = handlers
    this.#frames = new FrameReader(limits.messageBytesMax)
    this.#bytes = new RateLimit(limits.bytesPerSecondMax, clock)
    this.#messages = new RateLimit(limits.messagesPerSecondMax, clock)
    this.#cancelTimer = timers.schedule(limits.handshakeTimeoutMs, () => this.end('no greeting in time'))
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', (error) => this.end(error.message))
    socket.once('close', () => {
      this.#cancelTimer()
      handlers.end(this, this.#reason)
    })
    socket.write(encodeFrame(GREETING))
  }

  /** Queues an encoded frame. False if the connection is over, or ends now because too much is waiting already. */
  write(frame: Buffer): boolean {
    if (this.#socket.destroyed) return false
    if (this.#socket.writableLength + frame.length > this.#limits.queueBytesMax) {
      this.end('the peer reads too slowly')
      return false
    }
    this.#socket.write(frame)
    return true
  }

  /** How much the peer may send from now on, and how much may wait for it. */
  limit(limits: TransportLimits): void {
    this.#limits = limits
    this.#bytes.allow(limits.bytesPerSecondMax)
    this.#messages.allow(limits.messagesPerSecondMax)
  }

  /** Ends at once; what is queued is lost. */
  end(reason: string): void {
    if (this.#socket.destroyed) return
    this.#reason = reason
    this.#socket.destroy()
  }

  #read(chunk: Uint8Array): void {
    let messages = 0
    try {
      for (const message of this.#frames.push(chunk)) {
        messages++
        this.#receive(message)
        // A handler, or a wrong greeting, may have ended the connection.
        if (this.#socket.destroyed) return
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.end(`protocol violation: ${error.message}`)
      return
    }
    const waitMs = Math.max(this.#bytes.spend(chunk.length), this.#messages.spend(messages))
    if (waitMs > 0 && this.#isOpen) this.#pause(waitMs)
  }

  #receive(message: Uint8Array): void {
    if (this.#isOpen) this.#handlers.message(this, message)
    else if (equalBytes(message, GREETING)) {
      this.#isOpen = true
      this.#cancelTimer()
      this.#handlers.open(this)
    } else this.end('the peer speaks another protocol')
  }

  #pause(waitMs: number): void {
    this.#socket.pause()
    this.#cancelTimer = this.#timers.schedule(waitMs, () => this.#socket.resume())
  }
}
