/**
 * Offers a rollup's final blocks to the Beacon Layer for recording: the headers since the last recorded one, up to the highest with a
 * certificate of its own within a record's bound. Each offer costs every validator a pairing, so one seat at a time makes them; when
 * nothing gets recorded for a while, all do.
 */

import type { Header } from '../consensus/header.ts'
import type { Certificate } from '../consensus/vote.ts'
import type { Clock, Timers } from '../platform/ports.ts'
import type { RollupApplication } from '../rollup/application.ts'
import { compareInstances } from './instance-order.ts'

export interface RecordOffer {
  readonly headers: readonly Header[]
  readonly certificate: Certificate
}

export interface RecordOffersOptions {
  readonly application: RollupApplication
  /** Whether it is this seat that offers at present. */
  readonly isOurTurn: () => boolean
  readonly clock: Clock
  readonly timers: Timers
  readonly offer: (offer: RecordOffer) => void
}

/** As many headers as a record may hold. */
const HEADERS_MAX = 64
/** Two offers fall into a devnet's Beacon block, so that it records what is fairly new when it is proposed. */
export const OFFER_INTERVAL_MS = 250
/** Blocks that have waited so long are offered whoever's turn it is. */
export const PATIENCE_MS = 1_500

export class RecordOffers {
  readonly #options: RecordOffersOptions
  #recorded = 0
  /** When something first waited since the last record, or since the last offer out of turn. */
  #waitingSince: number | null = null
  #cancel: (() => void) | null = null
  #isStopped = false

  constructor(options: RecordOffersOptions) {
    this.#options = options
  }

  /** Blocks up to `at` are recorded. */
  recorded(at: number): void {
    if (at <= this.#recorded) return
    this.#recorded = at
    this.#waitingSince = null
    this.wake()
  }

  /** There may be something new to offer. */
  wake(): void {
    if (this.#cancel !== null || this.#isStopped || !this.#isWaiting) return
    this.#offerInTurn()
    this.#cancel = this.#options.timers.schedule(OFFER_INTERVAL_MS, () => {
      this.#cancel = null
      this.wake()
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
  }

  get #isWaiting(): boolean {
    return this.#options.application.chain.head.header.number > this.#recorded
  }

  #offerInTurn(): void {
    const { application, isOurTurn, clock, offer } = this.#options
    const now = clock.now()
    this.#waitingSince ??= now
    const isOverdue = now - this.#waitingSince >= PATIENCE_MS
    if (isOverdue) this.#waitingSince = now
    if (!isOverdue && !isOurTurn()) return
    const composed = composeOffer(application, this.#recorded)
    if (composed !== null) offer(composed)
  }
}

/** Null if nothing certified follows block `recorded`. */
export function composeOffer(application: RollupApplication, recorded: number): RecordOffer | null {
  const { chain } = application
  const first = chain.blockAt(recorded + 1)?.block.header
  if (first === undefined) return null
  for (let at = Math.min(chain.head.header.number, recorded + HEADERS_MAX); at > recorded; at--) {
    const last = chain.store.certifiedFrom(at)
    if (last === null || last.block.header.height > at) continue
    if (compareInstances(last.block.header.instance, first.instance) !== 0) continue
    const heights = Array.from({ length: at - recorded }, (_, i) => recorded + 1 + i)
    return {
      headers: heights.map((height) => chain.blockAt(height)!.block.header),
      certificate: last.certificate,
    }
  }
  return null
}
