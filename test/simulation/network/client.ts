/**
 * A client of one simulated rollup: sends transfers to whichever seat answers, asks seats for receipts, and remembers what it was told was
 * final. A seat that dies in the middle never answers, and the client goes on.
 */

import { DEV_ACCOUNTS } from '../../../src/devnet/dev-accounts.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { fromHex, type Hex, toHex } from '../../../src/primitives/bytes.ts'
import { createL1Account, type L1Account, signL1Transaction } from '../../../src/settlement/l1-transaction.ts'
import type { SimulatedNetwork } from '../../../src/simulation/network.ts'

/** What a seat said was in a final block. */
export interface Told {
  readonly hash: Hex
  readonly height: number
  readonly blockHash: Hex
}

interface Sent {
  readonly hash: Hex
  readonly sentAt: number
}

const FEES = { maxFee: 100_000_000_000n, tip: 1_000_000_000n }
const TRANSFER_GAS = 21_000n

export class SimulatedClient {
  readonly told = new Map<Hex, Told>()
  /** From sending to a seat's word that it is final, in milliseconds. */
  readonly latencies: number[] = []
  readonly #network: SimulatedNetwork
  readonly #random: SeededRandom
  readonly #rollup: { readonly name: string; readonly chainId: number }
  readonly #account: L1Account
  readonly #waiting = new Map<Hex, Sent>()

  constructor(
    network: SimulatedNetwork,
    random: SeededRandom,
    rollup: { readonly name: string; readonly chainId: number },
  ) {
    this.#network = network
    this.#random = random
    this.#rollup = rollup
    this.#account = createL1Account(fromHex(DEV_ACCOUNTS[0]!.privateKey))
  }

  /** Sends a transfer with the nonce that some seat says is next; nothing happens if none answers. */
  async send(): Promise<void> {
    const nonce = await this.#ask('eth_getTransactionCount', [this.#account.address, 'pending'])
    if (nonce === null) return
    const to: Hex = `0x${toHex(this.#random.bytes(20)).slice(2)}`
    const { chainId } = this.#rollup
    const fields = { chainId, nonce: Number(nonce), fees: FEES, gasLimit: TRANSFER_GAS, to, value: 1n }
    const raw = signL1Transaction({ ...fields, data: new Uint8Array() }, this.#account)
    const hash = await this.#ask('eth_sendRawTransaction', [toHex(raw)])
    if (hash !== null) this.#waiting.set(hash as Hex, { hash: hash as Hex, sentAt: this.#network.time.now() })
  }

  /** Asks once for each transaction that nothing has been heard of. */
  async poll(): Promise<void> {
    for (const { hash, sentAt } of this.#waiting.values()) {
      const receipt = (await this.#ask('eth_getTransactionReceipt', [hash])) as Receipt | null
      if (receipt === null) continue
      this.#waiting.delete(hash)
      this.told.set(hash, { hash, height: Number(receipt.blockNumber), blockHash: receipt.blockHash })
      this.latencies.push(this.#network.time.now() - sentAt)
    }
  }

  /** Null if no seat answers, or the one that was asked refuses. */
  async #ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const seats = this.#network.seatsOf(this.#rollup.name)
    if (seats.length === 0) return null
    const { machine, url } = this.#random.pick(seats)
    try {
      return await this.#network.ask(machine, url, method, params)
    } catch {
      return null
    }
  }
}

interface Receipt {
  readonly blockNumber: Hex
  readonly blockHash: Hex
}
