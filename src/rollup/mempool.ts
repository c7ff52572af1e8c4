/**
 * Transactions that wait for a block: of each sender a run of consecutive nonces that can be executed (pending), and later ones behind
 * a gap (queued). In: decoded transactions from anyone. Out: an order for the builder. Bounded in number per sender and in all; when
 * full, a better tip pushes out the worst. It never executes anything; `state` is the final version, which it only reads.
 */

import type { Clock } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { compareBigints } from './compare.ts'
import { checkKeyless, isInstruction } from './dev/keyless.ts'
import { DEV_ADDRESS, isAutomining } from './dev/settings.ts'
import { Heap } from './heap.ts'
import { type Refusal, refuse } from './refusal.ts'
import { nonceOf, type StateReader } from './state/reader.ts'
import type { Transaction } from './transaction.ts'
import { type PooledTransaction, TransactionQueue } from './transaction-queue.ts'
import { checkSender, checkStatically, costMax } from './transaction-rules.ts'

export interface MempoolLimits {
  /** Transactions in all. */
  readonly total: number
  readonly perSender: number
  /** How far a nonce may run ahead of the account's. */
  readonly nonceGapMax: number
}

export const DEFAULT_MEMPOOL_LIMITS: MempoolLimits = { total: 16_384, perSender: 1_024, nonceGapMax: 1_024 }

export interface MempoolOptions {
  readonly state: () => StateReader
  readonly clock: Clock
  /** Of the next block. */
  readonly gasLimit: () => number
  readonly limits?: Partial<MempoolLimits>
}

/** A replacement must raise both fees by this many percent. */
const PRICE_BUMP_PERCENT = 10n

export class Mempool {
  readonly #options: MempoolOptions
  readonly #limits: MempoolLimits
  /** By hash, in order of arrival. */
  readonly #byHash = new Map<Hex, PooledTransaction>()
  readonly #senders = new Map<Hex, Map<number, PooledTransaction>>()
  /** By sender: what its waiting transactions may cost together, and a nonce that none of them exceeds. */
  readonly #spending = new Map<Hex, { cost: bigint; nonceMax: number }>()
  /** Worst tip first; may hold entries that have left since. */
  readonly #worst = new Heap<PooledTransaction>((a, b) => comparePrice(a.transaction, b.transaction))
  readonly #listeners = new Set<(transaction: Transaction) => void>()

  constructor(options: MempoolOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_MEMPOOL_LIMITS, ...options.limits }
  }

  get size(): number {
    return this.#byHash.size
  }

  get(hash: Hex): Transaction | null {
    return this.#byHash.get(hash)?.transaction ?? null
  }

  /** Takes `transaction` in, or says why not. One that is already here is no refusal, and changes nothing. */
  add(transaction: Transaction): Refusal | null {
    if (this.#byHash.has(transaction.hash)) return null
    const refusal = this.#check(transaction)
    if (refusal !== null) return refusal
    const replaced = this.#senders.get(transaction.from)?.get(transaction.nonce)
    if (replaced !== undefined) this.#remove(replaced)
    else if (this.size >= this.#limits.total && !this.#makeRoom(transaction)) {
      return refuse('underpriced', 'transaction underpriced: the pool is full of better ones')
    }
    this.#insert({ transaction, since: replaced?.since ?? this.#options.clock.now() })
    for (const listener of this.#listeners) listener(transaction)
    return null
  }

  /** Calls `listener` for every transaction that comes in; the returned function ends that. */
  onAdded(listener: (transaction: Transaction) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The first nonce of `address` that neither state nor a pending transaction has taken. */
  pendingNonce(address: Hex): number {
    let nonce = this.#stateNonce(address)
    const transactions = this.#senders.get(address)
    while (transactions?.has(nonce)) nonce++
    return nonce
  }

  /** The transaction of `address` that waits with that nonce, if any. */
  next(address: Hex, nonce: number): Transaction | null {
    return this.#senders.get(address)?.get(nonce)?.transaction ?? null
  }

  /** When the longest-waiting transaction came in that a block on `state` with that base fee could take next; null if there is none. */
  pendingSince(state: StateReader, baseFee: bigint): number | null {
    const first = this.#senders.get(DEV_ADDRESS)?.get(nonceOf(state, DEV_ADDRESS))
    if (first !== undefined || !isAutomining(state)) return first?.since ?? null
    for (const { transaction, since } of this.#byHash.values()) {
      if (transaction.maxFeePerGas < baseFee) continue
      if (transaction.nonce === nonceOf(state, transaction.from)) return since
    }
    return null
  }

  /** For a builder on `state`: the best transaction of any sender that can go next, by what it pays the proposer. */
  best(state: StateReader, baseFee: bigint): TransactionQueue {
    return new TransactionQueue(this.#senders, state, baseFee)
  }

  /** Forgets a transaction that can't be executed, and so can't those behind it: they wait for a new one with its nonce. */
  drop(hash: Hex): void {
    const pooled = this.#byHash.get(hash)
    if (pooled !== undefined) this.#remove(pooled)
  }

  /** After blocks became final: forgets what they contained and what they made impossible. */
  settle(senders: Iterable<Hex>): void {
    const state = this.#options.state()
    for (const sender of senders) {
      const nonce = this.#stateNonce(sender)
      for (const pooled of [...(this.#senders.get(sender)?.values() ?? [])]) {
        const isStale = pooled.transaction.nonce < nonce || checkSender(pooled.transaction, state) !== null
        if (isStale) this.#remove(pooled)
      }
    }
  }

  *[Symbol.iterator](): Generator<PooledTransaction> {
    yield* this.#byHash.values()
  }

  #check(transaction: Transaction): Refusal | null {
    const state = this.#options.state()
    const { from, nonce } = transaction
    const stateNonce = this.#stateNonce(from)
    if (nonce < stateNonce) {
      return refuse('nonce-too-low', `nonce too low: next nonce ${stateNonce}, tx nonce ${nonce}`)
    }
    if (nonce > stateNonce + this.#limits.nonceGapMax) {
      return refuse('nonce-too-high', `nonce too high: next nonce ${stateNonce}, tx nonce ${nonce}`)
    }
    const others = this.#senders.get(from)
    const before = others?.get(nonce)
    const isOutbid =
      before !== undefined && !isInstruction(transaction) && outbids(transaction, before.transaction)
    if (before !== undefined && !isOutbid) {
      return refuse('replacement-underpriced', 'replacement transaction underpriced')
    }
    if (before === undefined && (others?.size ?? 0) >= this.#limits.perSender) {
      return refuse(
        'account-limit',
        `account limit exceeded: ${this.#limits.perSender} transactions wait already`,
      )
    }
    const keyless = checkKeyless(transaction, state)
    if (keyless !== null || isInstruction(transaction)) return keyless
    return (
      checkStatically(transaction, this.#options.gasLimit()) ??
      checkSender(transaction, state, this.#spentBefore(transaction))
    )
  }

  /** What the sender's waiting transactions with lower nonces may cost; mostly those are all. */
  #spentBefore({ from, nonce }: Transaction): bigint {
    const spending = this.#spending.get(from)
    if (spending === undefined || spending.nonceMax < nonce) return spending?.cost ?? 0n
    let spent = 0n
    for (const { transaction } of this.#senders.get(from)?.values() ?? []) {
      if (transaction.nonce < nonce) spent += costMax(transaction)
    }
    return spent
  }

  /** Drops the last transaction of the sender that pays worst, unless `transaction` pays no better. */
  #makeRoom(transaction: Transaction): boolean {
    for (let worst = this.#worst.peek(); worst !== undefined; worst = this.#worst.peek()) {
      if (this.#byHash.get(worst.transaction.hash) !== worst) {
        this.#worst.pop()
        continue
      }
      if (comparePrice(transaction, worst.transaction) <= 0) return false
      const last = Math.max(...this.#senders.get(worst.transaction.from)!.keys())
      this.#remove(this.#senders.get(worst.transaction.from)!.get(last)!)
      return true
    }
    return true
  }

  #insert(pooled: PooledTransaction): void {
    const { from, nonce, hash } = pooled.transaction
    this.#byHash.set(hash, pooled)
    const transactions = this.#senders.get(from)
    if (transactions === undefined) this.#senders.set(from, new Map([[nonce, pooled]]))
    else transactions.set(nonce, pooled)
    const { cost, nonceMax } = this.#spending.get(from) ?? { cost: 0n, nonceMax: nonce }
    this.#spending.set(from, {
      cost: cost + costMax(pooled.transaction),
      nonceMax: Math.max(nonceMax, nonce),
    })
    this.#worst.push(pooled)
    if (this.#worst.size > 2 * this.#byHash.size + 64) this.#worst.rebuild(this.#byHash.values())
  }

  #remove({ transaction }: PooledTransaction): void {
    const { from, nonce, hash } = transaction
    this.#byHash.delete(hash)
    const transactions = this.#senders.get(from)!
    transactions.delete(nonce)
    this.#spending.get(from)!.cost -= costMax(transaction)
    if (transactions.size > 0) return
    this.#senders.delete(from)
    this.#spending.delete(from)
  }

  #stateNonce(address: Hex): number {
    return nonceOf(this.#options.state(), address)
  }
}

function outbids(transaction: Transaction, before: Transaction): boolean {
  const raised = (fee: bigint) => fee + (fee * PRICE_BUMP_PERCENT + 99n) / 100n
  return (
    transaction.maxFeePerGas >= raised(before.maxFeePerGas) &&
    transaction.maxPriorityFeePerGas >= raised(before.maxPriorityFeePerGas)
  )
}

function comparePrice(a: Transaction, b: Transaction): number {
  return (
    compareBigints(a.maxPriorityFeePerGas, b.maxPriorityFeePerGas) ||
    compareBigints(a.maxFeePerGas, b.maxFeePerGas)
  )
}
