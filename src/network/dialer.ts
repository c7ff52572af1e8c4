/** Keeps one peer dialed: tries again, ever later, until a connection lasts; and again when that one ends. */

import type { Random, Timers } from '../platform/ports.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { backoffMs } from './backoff.ts'

/** A connection that ends sooner than this counts as a failed attempt: the peer may refuse us each time. */
const LASTING_MS = 1_000

export interface DialAttempt {
  abort(): void
}

/** Starts one attempt; `ended` is called exactly once, with how long the connection was open (0 if never), unless it is aborted. */
export type Dial = (address: PeerAddress, ended: (openMs: number) => void) => DialAttempt

export class Dialer {
  #address: PeerAddress
  readonly #dial: Dial
  readonly #timers: Timers
  readonly #random: Random
  #failures = 0
  /** Aborts the attempt or connection, or cancels the wait for the next attempt. */
  #cancel: () => void = () => {}
  #isWaiting = false

  constructor(address: PeerAddress, dial: Dial, { timers, random }: { timers: Timers; random: Random }) {
    this.#address = address
    this.#dial = dial
    this.#timers = timers
    this.#random = random
    this.#attempt()
  }

  /** Where to find the peer from now on. A connection that stands is left alone; else the new address is tried at once. */
  move(address: PeerAddress): void {
    const hasMoved = address.host !== this.#address.host || address.port !== this.#address.port
    this.#address = address
    if (!hasMoved || !this.#isWaiting) return
    this.#cancel()
    this.#failures = 0
    this.#attempt()
  }

  stop(): void {
    this.#cancel()
  }

  #attempt(): void {
    this.#isWaiting = false
    const attempt = this.#dial(this.#address, (openMs) => this.#ended(openMs))
    this.#cancel = () => attempt.abort()
  }

  #ended(openMs: number): void {
    if (openMs >= LASTING_MS) this.#failures = 0
    this.#isWaiting = true
    const delayMs = backoffMs(this.#failures++, this.#random)
    this.#cancel = this.#timers.schedule(delayMs, () => this.#attempt())
  }
}
