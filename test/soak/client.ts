/**
 * A user of a rollup who sends one transaction after another and takes what the rollup's URL answers at its word: each soft confirmation that
 * is given goes to the witness. Requests that fail are made again; a transaction that nobody confirms is given up.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { getCreateAddress, type TransactionLike, Wallet } from 'ethers'
import type { ConfirmationJson } from '../../src/rollup/confirmation-json.ts'
import type { Transport } from './transport.ts'

export interface ClientOptions {
  readonly transport: Transport
  readonly chainId: number
  readonly privateKey: string
  /** What it does over and over. */
  readonly work: 'transfers' | 'storage'
  readonly onConfirmed: (transaction: string, confirmation: ConfirmationJson) => void
  readonly signal: AbortSignal
}

const RECEIVER = '0x00000000000000000000000000000000000b0a70'
/** Each call writes a slot that was empty: counter += 1; slot[counter] = counter. */
const STORAGE_WRITER = '0x6a5f54600101805f558055005f52600b6015f3'
const FEES = { type: 2, maxFeePerGas: 100n * 10n ** 9n, maxPriorityFeePerGas: 1n }
const GAS = { transfers: 21_000, storage: 100_000 }
const CREATION_GAS = 200_000
/** Between a confirmation and the next transaction: what leaves two cores some air, with six clients. */
const PAUSE_MS = 700
const RETRY_MS = 200
const WAIT_MS = 3_000
/** Its nonce may be another's by now: a block that became void took the ones before it along. */
const GIVEN_UP_MS = 20_000

/** Ends when the signal says so. */
export async function runClient(options: ClientOptions): Promise<void> {
  await new Client(options).run()
}

class Client {
  readonly #options: ClientOptions
  readonly #wallet: Wallet

  constructor(options: ClientOptions) {
    this.#options = options
    this.#wallet = new Wallet(options.privateKey)
  }

  async run(): Promise<void> {
    const { work, signal } = this.#options
    let to = RECEIVER
    let nonce = await this.#nextNonce()
    if (work === 'storage' && nonce !== null) {
      to = getCreateAddress({ from: this.#wallet.address, nonce })
      if (await this.#send({ nonce, data: STORAGE_WRITER, gasLimit: CREATION_GAS })) nonce++
    }
    while (nonce !== null && !signal.aborted) {
      const isConfirmed = await this.#send({ nonce, to, gasLimit: GAS[work] })
      nonce = isConfirmed ? nonce + 1 : await this.#nextNonce()
      await delay(PAUSE_MS)
    }
  }

  /** Whether it was confirmed. */
  async #send(transaction: TransactionLike): Promise<boolean> {
    const { chainId, onConfirmed, signal } = this.#options
    const raw = await this.#wallet.signTransaction({ ...FEES, chainId, ...transaction })
    const deadline = Date.now() + GIVEN_UP_MS
    while (!signal.aborted && Date.now() < deadline) {
      // Sent again after each silence: whoever held it may be gone, and a known one is answered with its hash.
      const hash = await this.#ask<string>('eth_sendRawTransaction', [raw])
      if (hash === null || (await this.#ask('soft_waitFor', [hash, 'soft', WAIT_MS])) === null) continue
      const confirmation = await this.#ask<ConfirmationJson>('soft_getTransactionConfirmation', [hash])
      if (confirmation === null) continue
      onConfirmed(hash, confirmation)
      return true
    }
    return false
  }

  /** Null only if the signal came first. */
  async #nextNonce(): Promise<number | null> {
    while (!this.#options.signal.aborted) {
      const count = await this.#ask<string>('eth_getTransactionCount', [this.#wallet.address, 'latest'])
      if (count !== null) return Number(count)
    }
    return null
  }

  /** Null if there is no answer, or none but an error; whoever asks tries again. */
  async #ask<Result>(method: string, params: readonly unknown[]): Promise<Result | null> {
    try {
      return (await this.#options.transport.request(method, params)) as Result
    } catch {
      await delay(RETRY_MS)
      return null
    }
  }
}
