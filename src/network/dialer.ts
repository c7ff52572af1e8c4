/**
 * Keeps one peer dialed: tries again, ever later, until a connection lasts; and again when that one ends. A courteous dialer leaves it to the
 * peer for a while, which as a rule dials itself, and dials only while there is no connection.
 */

import type { Random, Timers } from '../platform/ports.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { backoffMs } from './backoff.ts'

/** A connection that ends sooner than this counts as a failed attempt: the peer may refuse us each time. */
const LASTING_MS = 1_000
/** What a peer that is to dial gets for it. */
const COURTESY_MS = 1_000
/** A courteous dialer looks at least so often whether the peer is still connected. */
const LOOK_MS = 2_000

export interface DialAttempt {
  abort(): void
}

/** Starts one attempt; `ended` is called exactly once, with how long the connection was open (0 if never), unless it is aborted. */
export type Dial = (address: PeerAddress, ended: (openMs: number) => void) => DialAttempt

export interface DialerPorts {
  readonly timers: Timers
  readonly random: Random
}

export class Dialer {
  #address: PeerAddress
  readonly #dial: Dial
  /** Null for one that needn't be courteous. */
  readonly #isConnected: (() => boolean) | null
  readonly #timers: Timers
  readonly #random: Random
  #failures = 0
  /** Aborts the attempt or connection, or cancels the wait for the next attempt. */
  #cancel: () => void = () => {}
  #isWaiting = false

  /** With `isConnected` it is courteous. */
  constructor(
    address: PeerAddress,
    dial: Dial,
    { timers, random }: DialerPorts,
    isConnected: (() => boolean) | null = null,
  ) {
    this.#address = address
    this.#dial = dial
    this.#isConnected = isConnected
    this.#timers = timers
    this.#random = random
    this.#begin()
  }

  /** Where to find the peer from now on. A connection that stands is left alone; else the new address is tried at once. */
  move(address: PeerAddress): void {
    const hasMoved = address.host !== this.#address.host || address.port !== this.#address.port
    this.#address = address
    if (!hasMoved || !this.#isWaiting) return
    this.#cancel()
    this.#failures = 0
    this.#begin()
  }

  stop(): void {
    this.#cancel()
  }

  #begin(): void {
    if (this.#isConnected === null) this.#attempt()
    else this.#wait(COURTESY_MS)
  }

  #attempt(): void {
    if (this.#isConnected?.() === true) {
      this.#wait(LOOK_MS)
      return
    }
    this.#isWaiting = false
    const attempt = this.#dial(this.#address, (openMs) => this.#ended(openMs))
    this.#cancel = () => attempt.abort()
  }

  #ended(openMs: number): void {
    if (openMs >= LASTING_MS) this.#failures = 0
    this.#wait(backoffMs(this.#failures++, this.#random))
  }

  #wait(delayMs: number): void {
    this.#isWaiting = true
    this.#cancel = this.#timers.schedule(delayMs, () => this.#attempt())
  }
}
