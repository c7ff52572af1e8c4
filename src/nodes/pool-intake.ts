/**
 * What peers send for the Beacon Layer's pool. Each item costs a signature check at least, so a peer gets so many a second; and since whatever
 * honest nodes pass on they have checked themselves, a peer that sends a forgery isn't listened to for a while.
 */

import type { BeaconPool, PoolAdmission, PoolItem } from '../beacon/pool.ts'
import type { Clock, Logger } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'

/** Items of one peer that are looked at within one second. A seat offers records ten times a second. */
export const ITEMS_PER_SECOND = 100
export const IGNORED_MS = 60_000

/** Judged the same by everyone, whatever the judge knows of the chain. */
const FORGERIES: readonly string[] = ['MALFORMED', 'BAD_SIGNATURE', 'INVALID_CERTIFICATE', 'NOT_AN_OFFENCE']

interface Sender {
  second: number
  items: number
  ignoredUntil: number
}

export class PoolIntake {
  readonly #pool: Pick<BeaconPool, 'addItem'>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #senders = new Map<Hex, Sender>()
  /** Of those, the ones that are gone. */
  readonly #left = new Set<Hex>()
  #isTaking = false

  constructor(pool: Pick<BeaconPool, 'addItem'>, clock: Clock, logger: Logger) {
    this.#pool = pool
    this.#clock = clock
    this.#logger = logger
  }

  /** Whether what the pool says is new at this moment came from a peer. */
  get isTaking(): boolean {
    return this.#isTaking
  }

  take(peer: Hex, item: PoolItem): void {
    const sender = this.#senderOf(peer)
    const now = this.#clock.now()
    const second = Math.floor(now / 1000)
    if (second !== sender.second) Object.assign(sender, { second, items: 0 })
    if (now < sender.ignoredUntil || ++sender.items > ITEMS_PER_SECOND) return
    const admission = this.#add(item)
    if (admission.ok || !FORGERIES.includes(admission.reason)) return
    sender.ignoredUntil = now + IGNORED_MS
    this.#logger.warn({ peer, type: item.type, reason: admission.reason }, 'a peer sent a forgery')
  }

  #add(item: PoolItem): PoolAdmission {
    this.#isTaking = true
    try {
      return this.#pool.addItem(item)
    } finally {
      this.#isTaking = false
    }
  }

  /** A peer has left. What was held against it, or others that have left, is kept until it has expired. */
  forget(peer: Hex): void {
    const now = this.#clock.now()
    this.#left.add(peer)
    for (const left of this.#left) {
      if ((this.#senders.get(left)?.ignoredUntil ?? 0) > now) continue
      this.#left.delete(left)
      this.#senders.delete(left)
    }
  }

  #senderOf(peer: Hex): Sender {
    const known = this.#senders.get(peer)
    if (known !== undefined) return known
    const sender = { second: 0, items: 0, ignoredUntil: 0 }
    this.#senders.set(peer, sender)
    return sender
  }
}
