/**
 * Reads the ways of transactions from a running network, a block at a time: the transactions of a block climb together, so they share all
 * but their receipts.
 */

import { dirname } from 'node:path'
import { type Endpoints, type Hex, RUNGS, type Rung } from 'beaconlayer'
import { attachDevnet, type TestDevnet } from 'beaconlayer/testing'
import type { Certificate, Journey, Receipt, Unfinished } from './journey.ts'
import { Postings } from './postings.ts'

/** As soft_getTransactionStatus answers. */
export interface TransactionStatus {
  readonly rung: Rung | null
  readonly block: { readonly number: number } | null
  readonly times: Readonly<Partial<Record<Rung, number>>>
  readonly signers: readonly number[] | null
}

/** Of a block that is at `soft` or above. */
export interface BlockReference {
  readonly rollup: string
  readonly number: number
}

interface ReceiptAnswer {
  readonly transactionHash: Hex
  readonly transactionIndex: Hex
  readonly blockHash: Hex
  readonly from: Hex
  readonly to: Hex | null
  readonly status: Hex
  readonly gasUsed: Hex
}

interface ConfirmationAnswer {
  readonly block: { readonly epoch: number; readonly sub: number; readonly view: number }
}

interface CommitteeAnswer {
  readonly seats: readonly { readonly seat: number; readonly validator: number }[]
}

/** Committees that are remembered; each serves an epoch. */
const COMMITTEES_MAX = 64

export class JourneyReader {
  /** Where the ladder ends on this network. */
  readonly lastRung: Rung
  readonly #devnet: TestDevnet
  readonly #postings: Postings | null
  readonly #committees = new Map<string, CommitteeAnswer>()

  private constructor(devnet: TestDevnet) {
    const { l1, contracts } = devnet.endpoints
    this.#devnet = devnet
    this.lastRung = l1 === null ? 'beacon' : 'final'
    this.#postings = l1 === null || !contracts.inbox ? null : new Postings(devnet.l1, contracts.inbox)
  }

  static async attach({ name, dir }: Pick<Endpoints, 'name' | 'dir'>): Promise<JourneyReader> {
    return new JourneyReader(await attachDevnet({ name, dir: dirname(dir) }))
  }

  get endpoints(): Endpoints {
    return this.#devnet.endpoints
  }

  /** The network goes on. */
  close(): Promise<void> {
    return this.#devnet.stop()
  }

  isAtEnd(rung: Rung | null): boolean {
    return rung !== null && RUNGS.indexOf(rung) >= RUNGS.indexOf(this.lastRung)
  }

  /** Null if the rollup doesn't know it. */
  status(rollup: string, tx: Hex): Promise<TransactionStatus | null> {
    return this.#request(rollup, 'soft_getTransactionStatus', [tx])
  }

  /** The status once the transaction is at the end of the ladder, or whatever it is after `waitMs`. */
  async statusAtEnd(rollup: string, tx: Hex, waitMs: number): Promise<TransactionStatus | null> {
    const reached = await this.#request<TransactionStatus | null>(rollup, 'soft_waitFor', [
      tx,
      this.lastRung,
      waitMs,
    ])
    return reached ?? this.status(rollup, tx)
  }

  /** Of all transactions of a block. `reason` is why they are read before they are at the end, should they not be. */
  async ofBlock(
    { rollup: name, number }: BlockReference,
    { rung, times, signers }: TransactionStatus,
    reason: Unfinished,
  ): Promise<Journey[]> {
    const { id, chainId } = this.endpoints.rollups.find((rollup) => rollup.name === name)!
    const [receipts, certificate, record, posting] = await Promise.all([
      this.#request<readonly ReceiptAnswer[]>(name, 'eth_getBlockReceipts', [`0x${number.toString(16)}`]),
      this.#certificate(name, id, number, signers ?? []),
      this.#record(id, number),
      this.#postings === null ? null : this.#postings.find(id, number),
    ])
    const shared = {
      rollup: { id, name, chainId },
      times: this.#upToEnd(times),
      certificate,
      record,
      posting,
      unfinished: this.isAtEnd(rung) ? null : reason,
    }
    return receipts.map((receipt) => ({
      ...shared,
      tx: receipt.transactionHash,
      block: { number, hash: receipt.blockHash, index: Number(receipt.transactionIndex) },
      receipt: toReceipt(receipt),
    }))
  }

  /** `settled` comes when the trace has long been sent. */
  #upToEnd(times: TransactionStatus['times']): TransactionStatus['times'] {
    const rungs = RUNGS.slice(0, RUNGS.indexOf(this.lastRung) + 1)
    return Object.fromEntries(Object.entries(times).filter(([rung]) => rungs.includes(rung as Rung)))
  }

  async #certificate(
    name: string,
    rollup: number,
    number: number,
    signed: readonly number[],
  ): Promise<Certificate | null> {
    const params = [`0x${number.toString(16)}`]
    const confirmation = await this.#request<ConfirmationAnswer | null>(name, 'soft_getConfirmation', params)
    if (confirmation === null) return null
    const { epoch, sub, view } = confirmation.block
    const { seats } = await this.#committee(rollup, epoch, sub)
    const signers = seats
      .filter(({ seat }) => signed.includes(seat))
      .map(({ seat, validator }) => ({ seat, validator }))
    return { epoch, sub, view, committeeSize: seats.length, signers }
  }

  async #committee(
    ...instance: readonly [rollup: number, epoch: number, sub: number]
  ): Promise<CommitteeAnswer> {
    const key = instance.join('-')
    const known = this.#committees.get(key)
    if (known !== undefined) return known
    const call = { method: 'beacon_getCommittee', params: instance }
    const committee = await this.#devnet.beacon.request<CommitteeAnswer | null>(call)
    if (committee === null) return { seats: [] }
    this.#committees.set(key, committee)
    if (this.#committees.size > COMMITTEES_MAX) this.#committees.delete(this.#committees.keys().next().value!)
    return committee
  }

  async #record(rollup: number, number: number): Promise<Journey['record']> {
    const call = { method: 'beacon_getRecord', params: [rollup, number] }
    const answer = await this.#devnet.beacon.request<{ beacon: { height: number; digest: Hex } } | null>(call)
    return answer === null ? null : { height: answer.beacon.height, digest: answer.beacon.digest }
  }

  #request<Result>(rollup: string, method: string, params: readonly unknown[]): Promise<Result> {
    return this.#devnet.rollup(rollup).request<Result>({ method, params })
  }
}

function toReceipt({ from, to, gasUsed, status }: ReceiptAnswer): Receipt {
  return { from, to, gasUsed: Number(gasUsed), isReverted: Number(status) === 0 }
}
