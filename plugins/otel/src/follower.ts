/**
 * Follows the blocks of a network up the ladder, and sends the ways of their transactions when they have come to its end. In: what a watcher
 * tells. It holds a bounded number of transactions, each for a bounded time; reading and sending go on in the background, one round at a time.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { Resource } from '@opentelemetry/resources'
import type { Hex, RollupBlock, RollupConfirmation } from 'beaconlayer'
import { traceIdOf } from './identity.ts'
import type { Journey, Unfinished } from './journey.ts'
import type { JourneyReader } from './reader.ts'
import type { Sender } from './sender.ts'
import { toSpans } from './spans.ts'

export interface FollowerOptions {
  readonly reader: Pick<JourneyReader, 'lastRung' | 'status' | 'statusAtEnd' | 'ofBlock' | 'close'>
  readonly sender: Pick<Sender, 'isLosing' | 'send'>
  readonly resource: Resource
  /** Whether a trace is sampled. */
  readonly isWanted: (traceId: string) => boolean
  readonly holdMs: number
  readonly transactionsMax: number
  readonly warn: (line: string) => void
}

interface Held {
  readonly rollup: string
  readonly number: number
  /** Those of the block that are wanted: at least one. */
  readonly transactions: readonly Hex[]
  /** Unix ms. */
  readonly since: number
}

/** `reason` is why it doesn't climb on here; null if it is at the end of the ladder. */
type Ready = Held & { readonly reason: Unfinished | null }

/** Blocks that are read at one time. */
const ROUND_BLOCKS = 4
/** Transactions that are sent at one time. */
const ROUND_TRANSACTIONS = 64
/** The seat that answers may hear of a rung a moment after the one that told of it. */
const LAGGARD_MS = 2_000
/** A network waits 5 s for its plugins to end. */
const END_MS = 3_000

export class Follower {
  readonly #options: FollowerOptions
  /** By rollup, in the order of its chain. */
  readonly #held = new Map<string, Held[]>()
  #ready: Ready[] = []
  /** Transactions in both. */
  #transactions = 0
  #working: Promise<void> | null = null
  /** Nothing more comes in. */
  #isClosed = false
  /** Nothing more goes out. */
  #isOver = false
  readonly #warned = new Set<string>()

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  hold({ rollup, number, transactions }: RollupBlock): void {
    const { isWanted, transactionsMax } = this.#options
    const wanted = transactions.filter((tx) => isWanted(traceIdOf(tx)))
    if (this.#isClosed || wanted.length === 0) return
    this.#releaseOld()
    if (this.#transactions + wanted.length > transactionsMax) {
      this.#warnOnce(
        'full',
        `more than ${transactionsMax} transactions on their way: further ones have no trace`,
      )
      return
    }
    this.#transactions += wanted.length
    const held = this.#held.get(rollup) ?? []
    held.push({ rollup, number, transactions: wanted, since: Date.now() })
    this.#held.set(rollup, held)
  }

  climb({ rollup, number, rung }: RollupConfirmation): void {
    this.#releaseOld()
    if (rung !== this.#options.reader.lastRung) return
    this.#release(rollup, (held) => held.number <= number, null)
  }

  /** Resolves when all that is at its end has been sent, or lost. */
  async idle(): Promise<void> {
    await this.#working
  }

  /** Sends what there is, as far as it came. Resolves soon, whatever the collector does. */
  async end(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const rollup of this.#held.keys()) this.#release(rollup, () => true, 'network stopped')
    const waiting = new AbortController()
    const late = delay(END_MS, undefined, { signal: waiting.signal }).catch(() => {})
    await Promise.race([this.idle(), late])
    waiting.abort()
    this.#isOver = true
    await this.#options.reader.close()
  }

  /** Looked at whenever something happens: the oldest come first. */
  #releaseOld(): void {
    const oldest = Date.now() - this.#options.holdMs
    for (const rollup of this.#held.keys()) {
      this.#release(rollup, ({ since }) => since <= oldest, 'held too long')
    }
  }

  #release(rollup: string, isDue: (held: Held) => boolean, reason: Unfinished | null): void {
    const held = this.#held.get(rollup) ?? []
    const staying = held.findIndex((block) => !isDue(block))
    const due = held.splice(0, staying === -1 ? held.length : staying)
    this.#ready.push(...due.map((block) => ({ ...block, reason })))
    if (this.#ready.length === 0 || this.#working !== null) return
    this.#working = this.#work().finally(() => {
      this.#working = null
    })
  }

  async #work(): Promise<void> {
    while (this.#ready.length > 0 && !this.#isHopeless()) {
      const round = this.#ready.splice(0, ROUND_BLOCKS)
      const journeys = (await Promise.all(round.map((block) => this.#read(block)))).flat()
      for (let start = 0; start < journeys.length; start += ROUND_TRANSACTIONS) {
        if (this.#isHopeless()) return
        await this.#send(journeys.slice(start, start + ROUND_TRANSACTIONS))
      }
      for (const { transactions } of round) this.#transactions -= transactions.length
    }
  }

  /** At the end of a network nobody waits for a collector that isn't there. */
  #isHopeless(): boolean {
    return this.#isOver || (this.#isClosed && this.#options.sender.isLosing)
  }

  async #send(journeys: readonly Journey[]): Promise<void> {
    const { sender, resource } = this.#options
    await sender.send(journeys.flatMap((journey) => toSpans(journey, resource)))
  }

  /** None if the network doesn't answer. */
  async #read({ rollup, number, transactions, reason }: Ready): Promise<Journey[]> {
    const { reader } = this.#options
    const [transaction] = transactions as [Hex]
    try {
      const status = await (reason === null
        ? reader.statusAtEnd(rollup, transaction, LAGGARD_MS)
        : reader.status(rollup, transaction))
      if (status === null) return []
      // One that was told to be at its end can still be read from a seat that hasn't heard of it.
      const journeys = await reader.ofBlock({ rollup, number }, status, reason ?? 'held too long')
      return journeys.filter(({ tx }) => transactions.includes(tx))
    } catch (cause) {
      this.#warnOnce('unread', `block ${number} of ${rollup} has no traces: ${(cause as Error).message}`)
      return []
    }
  }

  #warnOnce(about: string, line: string): void {
    if (this.#isOver || this.#warned.has(about)) return
    this.#warned.add(about)
    this.#options.warn(line)
  }
}
