/** What a transaction finds of the state that it touches, and what it leaves, in the form of geth's prestateTracer. */

import { bigintToBytes, bytesToBigint, type Hex, toHex } from '../../primitives/bytes.ts'
import { codeOf, type StateReader } from '../state/reader.ts'
import type { TraceBudget } from './budget.ts'
import type { TraceCollector, TracedExecution } from './collector.ts'

export interface PrestateOptions {
  /** What was before and is after, of what has changed. */
  readonly diffMode: boolean
  readonly disableCode: boolean
  readonly disableStorage: boolean
}

interface ShownAccount {
  balance?: Hex
  nonce?: number
  code?: Hex
  storage?: Record<Hex, Hex>
}

type ShownState = Record<Hex, ShownAccount>

/** In characters of JSON, beside what code takes. */
const ACCOUNT_CHARACTERS = 150
const SLOT_CHARACTERS = 140
const ZERO_WORD: Hex = `0x${'00'.repeat(32)}`

export class PrestateTracer implements TraceCollector {
  readonly steps = null
  readonly #options: PrestateOptions
  readonly #budget: TraceBudget

  constructor(options: PrestateOptions, budget: TraceBudget) {
    this.#options = options
    this.#budget = budget
  }

  result({ before, after, touched }: TracedExecution) {
    const pre: ShownState = {}
    for (const [address, slots] of touched) {
      const account = this.#show(before, address, slots)
      if (account !== null) pre[address] = account
    }
    return this.#options.diffMode ? this.#difference(pre, after, touched) : pre
  }

  #difference(
    found: ShownState,
    after: StateReader,
    touched: ReadonlyMap<Hex, ReadonlySet<Hex>>,
  ): { pre: ShownState; post: ShownState } {
    const pre: ShownState = {}
    const post: ShownState = {}
    for (const [address, slots] of touched) {
      const was = found[address]
      const is = this.#show(after, address, slots)
      if (is === null) {
        if (was !== undefined) pre[address] = withoutZeros(was)
        continue
      }
      const changed = changesOf(was ?? {}, is)
      if (Object.keys(changed.account).length === 0 && changed.slots.size === 0) continue
      post[address] = withStorage(changed.account, pick(is.storage, changed.slots))
      if (was !== undefined) pre[address] = withStorage(was, pick(was.storage, changed.slots))
    }
    return { pre, post }
  }

  /** Null if there is no such account. */
  #show(state: StateReader, address: Hex, slots: ReadonlySet<Hex>): ShownAccount | null {
    const account = state.account(address)
    if (account === null) return null
    const { disableCode, disableStorage } = this.#options
    const code = disableCode ? new Uint8Array(0) : codeOf(state, address)
    this.#budget.grow(ACCOUNT_CHARACTERS + 2 * code.length + SLOT_CHARACTERS * slots.size)
    const shown: ShownAccount = {
      balance: `0x${account.balance.toString(16)}`,
      ...(account.nonce > 0n && { nonce: Number(account.nonce) }),
      ...(code.length > 0 && { code: toHex(code) }),
    }
    if (disableStorage || slots.size === 0) return shown
    const words = [...slots].sort().map((slot) => [slot, wordOf(state.storage(address, slot))])
    return { ...shown, storage: Object.fromEntries(words) }
  }
}

function changesOf(was: ShownAccount, is: ShownAccount) {
  const account: ShownAccount = {}
  if (is.balance !== undefined && is.balance !== (was.balance ?? '0x0')) account.balance = is.balance
  if (is.nonce !== undefined && is.nonce !== was.nonce) account.nonce = is.nonce
  if (is.code !== undefined && is.code !== was.code) account.code = is.code
  const slots = new Set<Hex>()
  for (const [slot, value] of Object.entries(is.storage ?? {}) as [Hex, Hex][]) {
    if (value !== (was.storage?.[slot] ?? ZERO_WORD)) slots.add(slot)
  }
  return { account, slots }
}

/** Slots that are zero are as good as absent. */
function pick(storage: ShownAccount['storage'], slots: ReadonlySet<Hex>): Record<Hex, Hex> {
  const entries = Object.entries(storage ?? {}) as [Hex, Hex][]
  return Object.fromEntries(entries.filter(([slot, value]) => slots.has(slot) && value !== ZERO_WORD))
}

function withStorage({ storage: _, ...account }: ShownAccount, storage: Record<Hex, Hex>): ShownAccount {
  return Object.keys(storage).length === 0 ? account : { ...account, storage }
}

function withoutZeros(account: ShownAccount): ShownAccount {
  return withStorage(account, pick(account.storage, new Set(Object.keys(account.storage ?? {}) as Hex[])))
}

function wordOf(value: Uint8Array): Hex {
  return toHex(bigintToBytes(bytesToBigint(value), 32))
}
