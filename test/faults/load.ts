/**
 * Users of a rollup who don't stop for anything: one sends a transaction at a time, another twenty at once, all through the rollup's URL. Every
 * soft confirmation that they are given is remembered, to be held against the chain later.
 */

import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { Wallet } from 'ethers'
import { call, callMany } from './network.ts'

export interface Confirmed {
  readonly hash: string
  readonly block: { readonly number: number; readonly hash: string }
  /** When it was confirmed, by this process's clock. */
  readonly at: number
}

interface Receipt {
  readonly blockHash: string
  readonly blockNumber: string
  readonly status: string
}

interface Status {
  readonly rung: string
  readonly block: { readonly number: number; readonly hash: string }
}

const IN_FLIGHT = 20
const RECEIVER = '0x00000000000000000000000000000000000b0a70'
const RETRY_MS = 50
const PAUSE_MS = 50

export class Load {
  readonly confirmed: Confirmed[] = []
  /** Requests that were answered with an error, or not at all; they were made again. */
  failures: string[] = []
  readonly #url: string
  readonly #chainId: number
  readonly #users: Promise<unknown>
  #isStopped = false
  #arrived = Promise.withResolvers<void>()

  constructor(url: string, chainId: number, privateKeys: readonly [string, string]) {
    this.#url = url
    this.#chainId = chainId
    this.#users = Promise.all([
      this.#sendWindows(privateKeys[0], 1),
      this.#sendWindows(privateKeys[1], IN_FLIGHT),
    ])
    this.#users.catch(() => {})
  }

  /** Resolves once so many more have been confirmed; gives how long that took. */
  async more(count: number, limitMs: number): Promise<number> {
    const startMs = Date.now()
    const target = this.confirmed.length + count
    while (this.confirmed.length < target) {
      const leftMs = startMs + limitMs - Date.now()
      const reason = `${this.confirmed.length} confirmed; last failures: ${this.failures.slice(-3).join('; ')}`
      assert.ok(leftMs > 0, reason)
      await Promise.race([this.#arrived.promise, this.#users, delay(leftMs, undefined, { ref: false })])
    }
    return Date.now() - startMs
  }

  /** The longest time without a confirmation, from `since` on. */
  longestPauseMs(since = 0): number {
    const times = this.confirmed.map(({ at }) => at).filter((at) => at >= since)
    return times.reduce((longest, at, i) => Math.max(longest, i === 0 ? 0 : at - times[i - 1]!), 0)
  }

  /** What is under way is given up. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#users
  }

  /** Each confirmation was for good: the same block at its height, the transaction in it, carried out. */
  async assertNothingLost(url = this.#url): Promise<void> {
    // The load goes on.
    const confirmed = [...this.confirmed]
    const receipts = await callMany<Receipt | null>(
      url,
      'eth_getTransactionReceipt',
      confirmed.map(({ hash }) => [hash]),
    )
    for (const [i, { hash, block }] of confirmed.entries()) {
      const { blockHash, blockNumber, status } = receipts[i] ?? {}
      assert.deepEqual([blockHash, Number(blockNumber), status], [block.hash, block.number, '0x1'], hash)
    }
    const hashes = new Map(confirmed.map(({ block }) => [block.number, block.hash]))
    const blocks = await callMany<{ hash: string }>(
      url,
      'eth_getBlockByNumber',
      [...hashes.keys()].map((number) => [toQuantity(number), false]),
    )
    assert.deepEqual(
      blocks.map(({ hash }) => hash),
      [...hashes.values()],
    )
  }

  async #sendWindows(privateKey: string, size: number): Promise<void> {
    const wallet = new Wallet(privateKey)
    const counted = await this.#insist<string>('eth_getTransactionCount', [wallet.address, 'latest'])
    for (let nonce = Number(counted); !this.#isStopped; nonce += size) {
      const window = Array.from({ length: size }, (_, i) => this.#sendOne(wallet, nonce + i))
      await Promise.all(window)
      // Enough to have blocks with work all the time, without taking the machine from the validators.
      await delay(PAUSE_MS)
    }
  }

  async #sendOne(wallet: Wallet, nonce: number): Promise<void> {
    const raw = await wallet.signTransaction({
      ...{ type: 2, chainId: this.#chainId, nonce, to: RECEIVER, value: 1n, gasLimit: 21_000 },
      ...{ maxFeePerGas: 100n * 10n ** 9n, maxPriorityFeePerGas: 1n },
    })
    while (!this.#isStopped) {
      // Sent again after each silence: whoever held it may be gone, and a known one is answered with its hash.
      const hash = await this.#insist<string>('eth_sendRawTransaction', [raw])
      const status = await this.#insist<Status | null>('soft_waitFor', [hash, 'soft', 3_000])
      if (status === null || hash === null) continue
      const { number, hash: blockHash } = status.block
      this.confirmed.push({ hash, block: { number, hash: blockHash }, at: Date.now() })
      this.#arrived.resolve()
      this.#arrived = Promise.withResolvers()
      return
    }
  }

  /** Null only if the load was stopped. */
  async #insist<Result>(method: string, params: unknown[]): Promise<Result | null> {
    while (!this.#isStopped) {
      try {
        return await call<Result>(this.#url, method, params)
      } catch (cause) {
        this.failures.push((cause as Error).message)
        await delay(RETRY_MS)
      }
    }
    return null
  }
}

export function toQuantity(number: number): string {
  return `0x${number.toString(16)}`
}
