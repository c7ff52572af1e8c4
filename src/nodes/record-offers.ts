/**
 * Offers a rollup's final blocks to the Beacon Layer for recording: the headers since the last recorded one, up to the highest with a
 * certificate of its own within a record's bound. Every seat offers; the Beacon Layer's pools keep the newest.
 */

import type { Header } from '../consensus/header.ts'
import type { Certificate } from '../consensus/vote.ts'
import type { Timers } from '../platform/ports.ts'
import type { RollupApplication } from '../rollup/application.ts'
import { compareInstances, finalBlockAt } from './rollup-instances.ts'

export interface RecordOffer {
  readonly headers: readonly Header[]
  readonly certificate: Certificate
}

/** As many headers as a record may hold. */
const HEADERS_MAX = 64
/** Several offers fall into one Beacon block; each costs every validator a pairing. */
const INTERVAL_MS = 100

export class RecordOffers {
  readonly #application: RollupApplication
  readonly #timers: Timers
  readonly #offer: (offer: RecordOffer) => void
  #recorded = 0
  #isWaiting = false

  constructor(application: RollupApplication, timers: Timers, offer: (offer: RecordOffer) => void) {
    this.#application = application
    this.#timers = timers
    this.#offer = offer
  }

  /** Blocks up to `at` are recorded. */
  recorded(at: number): void {
    this.#recorded = Math.max(this.#recorded, at)
    this.schedule()
  }

  /** There may be something new to offer. */
  schedule(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#offerNewest()
    this.#timers.schedule(INTERVAL_MS, () => {
      this.#isWaiting = false
      if (this.#application.chain.head.header.number > this.#recorded) this.schedule()
    })
  }

  #offerNewest(): void {
    const offer = composeOffer(this.#application, this.#recorded)
    if (offer !== null) this.#offer(offer)
  }
}

/** Null if nothing certified follows block `recorded`. */
export function composeOffer(application: RollupApplication, recorded: number): RecordOffer | null {
  const first = finalBlockAt(application, recorded + 1)
  let best = application.chain.store.certifiedFrom(recorded + 1)
  if (first === null || best === null) return null
  for (let next = best; next !== null; ) {
    const { header } = next.block
    if (
      header.height > recorded + HEADERS_MAX ||
      compareInstances(header.instance, first.header.instance) !== 0
    )
      break
    best = next
    const following = application.chain.store.certifiedFrom(header.height + 1)
    if (following === null) break
    next = following
  }
  const headers: Header[] = []
  for (let at = recorded + 1; at <= best.block.header.height; at++) {
    headers.push(finalBlockAt(application, at)!.header)
  }
  return headers.length > HEADERS_MAX ? null : { headers, certificate: best.certificate }
}
