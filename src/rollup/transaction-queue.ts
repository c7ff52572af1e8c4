/** The order in which a builder takes waiting transactions. Made anew for each block, as it depends on the base fee. */

import type { Hex } from '../primitives/bytes.ts'
import { compareBigints } from './compare.ts'
import { DEV_ADDRESS } from './dev/settings.ts'
import { effectiveTip } from './gas.ts'
import { Heap } from './heap.ts'
import { nonceOf, type StateReader } from './state/reader.ts'
import type { Transaction } from './transaction.ts'

export interface PooledTransaction {
  readonly transaction: Transaction
  /** Unix ms when it came in. */
  readonly since: number
}

/** Heads of the senders' runs, but of instructions, best effective tip first, older first among equals; each step costs O(log senders). */
export class TransactionQueue {
  readonly #senders: ReadonlyMap<Hex, ReadonlyMap<number, PooledTransaction>>
  readonly #baseFee: bigint
  readonly #heads = new Heap<{ pooled: PooledTransaction; tip: bigint }>(
    (a, b) => compareBigints(b.tip, a.tip) || a.pooled.since - b.pooled.since,
  )

  constructor(
    senders: ReadonlyMap<Hex, ReadonlyMap<number, PooledTransaction>>,
    state: StateReader,
    baseFee: bigint,
  ) {
    this.#senders = senders
    this.#baseFee = baseFee
    for (const sender of senders.keys())
      if (sender !== DEV_ADDRESS) this.#pushHead(sender, nonceOf(state, sender))
  }

  peek(): Transaction | null {
    return this.#heads.peek()?.pooled.transaction ?? null
  }

  /** The best was taken: its sender's next may follow. */
  take(): void {
    const head = this.#heads.pop()
    if (head !== undefined) this.#pushHead(head.pooled.transaction.from, head.pooled.transaction.nonce + 1)
  }

  /** The best can't be in this block: nor can what its sender has behind it. */
  skip(): void {
    this.#heads.pop()
  }

  #pushHead(sender: Hex, nonce: number): void {
    const pooled = this.#senders.get(sender)?.get(nonce)
    if (pooled === undefined) return
    const tip = effectiveTip(pooled.transaction, this.#baseFee)
    if (tip !== null) this.#heads.push({ pooled, tip })
  }
}
