/**
 * Follows one rollup from scrape to scrape: counts what its new blocks hold, and measures how long they took up the ladder. A scrape counts at
 * most {@link BLOCKS_PER_SCRAPE} blocks; the rest is left to the next ones. A network that went back to a snapshot is followed from there.
 */

import type { Hex, Rung } from 'beaconlayer'
import type { BlockAnswer, HeadsAnswer, TransactionStatusAnswer } from './answers.ts'
import type { Metrics } from './metrics.ts'

export type Request = <Result>(method: string, params?: readonly unknown[]) => Promise<Result>

const HEADS = ['soft', 'beacon', 'posted', 'final', 'settled'] as const
const MEASURED = ['notarized', 'soft', 'beacon', 'posted', 'final'] as const

type Head = (typeof HEADS)[number]
type Heights = Readonly<Partial<Record<Head, number>>>

/** A block on its way up. */
interface Climber {
  readonly number: number
  /** Any transaction of it: they climb together. */
  readonly transaction: Hex
  readonly measured: Set<Rung>
  /** The seat that answers may hear of a rung a moment after the one that told of it: one more scrape is waited for. */
  isLate: boolean
}

const BLOCKS_PER_SCRAPE = 500
const CLIMBERS_MAX = 2_000
const REQUESTS_AT_ONCE = 25
const MS_PER_S = 1_000

export class RollupCollector {
  readonly #rollup: string
  readonly #request: Request
  readonly #metrics: Metrics['rollups']
  /** Where the ladder ends on this network. */
  readonly #lastRung: Head
  #counted: number
  #climbers: Climber[] = []

  private constructor(
    rollup: string,
    request: Request,
    metrics: Metrics['rollups'],
    hasL1: boolean,
    counted: number,
  ) {
    this.#rollup = rollup
    this.#request = request
    this.#metrics = metrics
    this.#lastRung = hasL1 ? 'final' : 'beacon'
    this.#counted = counted
    // So that rates have a beginning, also of a rollup without any transactions.
    metrics.transactions.inc({ rollup }, 0)
    metrics.gas.inc({ rollup }, 0)
  }

  /** From the block after the present one on; of a rollup that `isNew`, from its first. */
  static async begin(
    { rollup, isNew, hasL1 }: { rollup: string; isNew: boolean; hasL1: boolean },
    request: Request,
    metrics: Metrics['rollups'],
  ): Promise<RollupCollector> {
    const { soft = 0 } = isNew ? {} : await fetchHeights(request)
    return new RollupCollector(rollup, request, metrics, hasL1, soft)
  }

  async collect(): Promise<void> {
    const heights = await fetchHeights(this.#request)
    const rollup = this.#rollup
    for (const [rung, height] of Object.entries(heights)) this.#metrics.height.set({ rollup, rung }, height)
    const { soft = 0 } = heights
    if (soft < this.#counted) this.#goBack(soft)
    await this.#count(soft)
    this.#metrics.uncounted.set({ rollup }, soft - this.#counted)
    await this.#measure(heights)
  }

  #goBack(height: number): void {
    this.#counted = height
    this.#climbers = this.#climbers.filter(({ number }) => number <= height)
  }

  async #count(soft: number): Promise<void> {
    const last = Math.min(soft, this.#counted + BLOCKS_PER_SCRAPE)
    while (this.#counted < last) {
      const count = Math.min(REQUESTS_AT_ONCE, last - this.#counted)
      const numbers = Array.from({ length: count }, (_, i) => this.#counted + 1 + i)
      const blocks = await Promise.all(numbers.map((number) => this.#block(number)))
      for (const [i, block] of blocks.entries()) this.#add(numbers[i]!, block)
      this.#counted += count
    }
  }

  async #block(number: number): Promise<BlockAnswer> {
    const params = [`0x${number.toString(16)}`, false]
    const block = await this.#request<BlockAnswer | null>('eth_getBlockByNumber', params)
    // Whoever answers now knows less than whoever told the head; the next scrape finds it.
    if (block === null) throw new Error(`block ${number} of ${this.#rollup} is not there`)
    return block
  }

  #add(number: number, { transactions, gasUsed }: BlockAnswer): void {
    const rollup = this.#rollup
    this.#metrics.transactions.inc({ rollup }, transactions.length)
    this.#metrics.gas.inc({ rollup }, Number(gasUsed))
    const [transaction] = transactions
    if (transaction === undefined) return
    if (this.#climbers.length < CLIMBERS_MAX)
      this.#climbers.push({ number, transaction, measured: new Set(), isLate: false })
    else this.#metrics.unmeasured.inc({ rollup })
  }

  /** Asks for the times of blocks that a head has passed since the last time. */
  async #measure(heights: Heights): Promise<void> {
    const isDue = ({ number, measured }: Climber) =>
      MEASURED.some((rung) => !measured.has(rung) && rung !== 'notarized' && (heights[rung] ?? 0) >= number)
    const due = this.#climbers.filter(isDue)
    for (let i = 0; i < due.length; i += REQUESTS_AT_ONCE)
      await Promise.all(due.slice(i, i + REQUESTS_AT_ONCE).map((climber) => this.#measureOne(climber)))
    this.#letGo(heights[this.#lastRung] ?? 0)
  }

  /** Of those at the end of the ladder. */
  #letGo(end: number): void {
    const climbing: Climber[] = []
    for (const climber of this.#climbers) {
      const isMeasured = climber.measured.has(this.#lastRung)
      if (climber.number > end || !(isMeasured || climber.isLate)) climbing.push(climber)
      else if (!isMeasured) this.#metrics.unmeasured.inc({ rollup: this.#rollup })
      climber.isLate = climber.number <= end
    }
    this.#climbers = climbing
  }

  async #measureOne({ transaction, measured }: Climber): Promise<void> {
    const status = await this.#request<TransactionStatusAnswer | null>('soft_getTransactionStatus', [
      transaction,
    ])
    const { times = {} } = status ?? {}
    for (const rung of MEASURED) {
      const at = times[rung]
      if (measured.has(rung) || at === undefined || times.proposed === undefined) continue
      this.#metrics.climb.observe({ rollup: this.#rollup, rung }, (at - times.proposed) / MS_PER_S)
      measured.add(rung)
    }
  }
}

async function fetchHeights(request: Request): Promise<Heights> {
  const heads = await request<HeadsAnswer>('soft_getHeads')
  const known = HEADS.map((rung) => [rung, heads[rung]?.number] as const)
  return Object.fromEntries(known.filter(([, number]) => number !== undefined))
}
