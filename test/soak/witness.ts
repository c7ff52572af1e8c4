/**
 * Remembers every soft confirmation that a client was given, verifies it, and asks single seats whether its block is still there. A seat may lag
 * behind; one that shows another block for the transaction, or none when it has all blocks, has lost it, unless the Beacon Layer is proven to
 * have opened an instance from below the block.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { RollupEndpoint } from '../../src/devnet/endpoints.ts'
import type { SeededRandom } from '../../src/platform/simulated/random.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import type { ConfirmationJson } from '../../src/rollup/confirmation-json.ts'
import { callMany } from '../faults/network.ts'
import { findOpening } from './openings.ts'
import type { Verifier } from './verifier.ts'

export interface Confirmation {
  readonly rollup: { readonly id: number; readonly name: string }
  readonly height: number
  readonly epoch: number
  readonly sub: number
  readonly blockHash: string
  /** Of consensus, encoded: what the Beacon Layer records. */
  readonly header: Hex
  readonly transaction: string
  readonly certificate: string
}

export interface WitnessOptions {
  readonly verifier: Verifier
  readonly genesisFile: string
  readonly beaconUrl: string
  /** As they are at present: committees change. */
  readonly rollups: () => readonly RollupEndpoint[]
  readonly random: SeededRandom
  readonly print: (line: string) => void
}

interface Receipt {
  readonly blockHash: string
  readonly blockNumber: string
}

interface Wait {
  readonly rollup: string
  readonly sinceMs: number
  readonly resolve: () => void
}

/** Older confirmations that one look at a seat draws, and newest ones that it takes in any case. */
const OLDER = 200
const NEWEST = 300
/** Each takes a certificate of the Beacon Layer to be verified. */
const RECORDS = 40
/** For endpoints to tell that a seat was left. */
const NOTICE_MS = 2_000

export class Witness {
  /** Given to clients, by rollup name, in their order. */
  readonly got = new Map<string, Confirmation[]>()
  readonly problems: string[] = []
  verified = 0
  lost = 0
  voided = 0
  /** Of answers of seats. */
  comparisons = 0
  readonly #options: WitnessOptions
  readonly #judged = new Set<string>()
  readonly #stop = new AbortController()
  #verifying: Promise<void> = Promise.resolve()
  #waiting: Wait[] = []

  constructor(options: WitnessOptions) {
    this.#options = options
  }

  get count(): number {
    return [...this.got.values()].reduce((sum, { length }) => sum + length, 0)
  }

  /** What a client of `rollup` was given for its transaction. */
  take(rollup: string, transaction: string, json: ConfirmationJson): void {
    const { number: height, hash: blockHash, rollup: id, epoch, sub, time } = json.block
    const known = this.got.get(rollup) ?? []
    this.got.set(rollup, known)
    known.push({
      ...{ rollup: { id, name: rollup }, height, epoch, sub, blockHash, header: json.header },
      ...{ transaction, certificate: json.certificate },
    })
    this.#verifying = this.#verifying.then(() => this.#verify(rollup, transaction, json))
    const isHere = (one: Wait) => one.rollup === rollup && time >= one.sinceMs
    for (const one of this.#waiting.filter(isHere)) one.resolve()
    this.#waiting = this.#waiting.filter((one) => !isHere(one))
  }

  /** Resolves when a client is given the confirmation of a block that was made after `sinceMs`. */
  newBlock(rollup: string, sinceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ rollup, sinceMs, resolve })
    return promise
  }

  /** Asks each seat that can be asked for the newest confirmations and some older ones, or for all. Gives how many answered. */
  async look(which: 'some' | 'all'): Promise<number> {
    const looks = this.#options.rollups().flatMap((rollup) => {
      const known = this.got.get(rollup.name) ?? []
      const asked = which === 'all' ? [...known] : this.#drawn(known)
      return urlsOf(rollup).map((url) => this.#lookAt(url, asked, which))
    })
    return (await Promise.all(looks)).filter(Boolean).length
  }

  /** Proves for some confirmations, of blocks that have climbed so far, that the Beacon Layer records them. Gives how many. */
  async proveRecords(): Promise<number> {
    const { random, verifier } = this.#options
    const known = [...this.got.values()].flat().filter(({ transaction }) => !this.#judged.has(transaction))
    const drawn = random.shuffled(known).slice(0, RECORDS)
    for (const { rollup, height, header } of drawn) {
      const flaw = await verifier.recordFlawOf(header)
      if (flaw !== null) this.#problem(`not recorded: ${rollup.name} block ${height}: ${flaw}`)
    }
    return drawn.length
  }

  /** Resolves when all that was got has been verified, or given up. */
  async settle(limitMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), limitMs)
    await this.#verifying
    clearTimeout(timer)
  }

  async #verify(rollup: string, transaction: string, json: ConfirmationJson): Promise<void> {
    const flaw = await this.#options.verifier
      .flawOf(json, transaction, this.#stop.signal)
      .catch((cause: Error) => cause.message)
    if (flaw === null) this.verified++
    else this.#problem(`not verified: ${rollup} block ${json.block.number} ${json.block.hash}: ${flaw}`)
  }

  #drawn(known: readonly Confirmation[]): Confirmation[] {
    const newest = known.slice(-NEWEST)
    const older = known.length - newest.length
    const drawn = Array.from(
      { length: Math.min(OLDER, older) },
      () => known[this.#options.random.below(older)]!,
    )
    return [...drawn, ...newest]
  }

  /** Whether it answered. */
  async #lookAt(url: string, asked: readonly Confirmation[], which: 'some' | 'all'): Promise<boolean> {
    let receipts: (Receipt | null)[]
    try {
      const hashes = asked.map(({ transaction }) => [transaction])
      receipts = await callMany<Receipt | null>(url, 'eth_getTransactionReceipt', hashes)
    } catch (cause) {
      // Dead, or standing still; in the end all must answer that haven't left their seat meanwhile.
      if (which === 'all' && (await this.#isServed(url)))
        this.#problem(`${url} does not answer: ${(cause as Error).message}`)
      return false
    }
    for (const [i, confirmation] of asked.entries()) {
      const receipt = receipts[i]!
      this.comparisons++
      if (receipt?.blockHash === confirmation.blockHash) continue
      if (receipt !== null || which === 'all') await this.#judge(confirmation, receipt, url)
    }
    return true
  }

  /** Whether the network names it still, when it has had time to notice. */
  async #isServed(url: string): Promise<boolean> {
    await delay(NOTICE_MS)
    return this.#options.rollups().some((rollup) => urlsOf(rollup).includes(url))
  }

  async #judge(confirmation: Confirmation, receipt: Receipt | null, url: string): Promise<void> {
    const { rollup, height, blockHash, transaction, epoch, sub } = confirmation
    if (this.#judged.has(transaction)) return
    this.#judged.add(transaction)
    const { beaconUrl, genesisFile, print } = this.#options
    const what = `${rollup.name} block ${height} ${blockHash} with ${transaction}, of epoch ${epoch}.${sub}`
    const instead = receipt === null ? 'nothing' : `block ${Number(receipt.blockNumber)} ${receipt.blockHash}`
    const block = { rollup: rollup.id, epoch, sub, height }
    const opening = await findOpening(beaconUrl, genesisFile, block).catch((cause: Error) => cause)
    if (opening !== null && !(opening instanceof Error)) {
      this.voided++
      const { epoch: later, from, provenAt } = opening
      print(
        `void: ${what}: epoch ${later}.1 was opened from block ${from}, proven by Beacon block ${provenAt}`,
      )
      return
    }
    this.lost++
    const excuse = opening === null ? '' : ` (openings can't be asked for: ${opening.message})`
    this.#problem(`LOST: ${what}: ${url} shows ${instead}${excuse}; certificate ${confirmation.certificate}`)
  }

  #problem(text: string): void {
    this.problems.push(text)
    this.#options.print(text)
  }
}

function urlsOf({ rpcUrl, committee }: RollupEndpoint): string[] {
  return [rpcUrl, ...committee.flatMap((seat) => seat.rpcUrl ?? [])]
}
