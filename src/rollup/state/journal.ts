/**
 * Changes to state while a block, or a call that leaves no trace, executes: an overlay on a version with an undo log. It never changes
 * what it stands on; `diff` is what a new version is derived from.
 */

import { type Hex, toHex } from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'
import { type Account, EMPTY_ACCOUNT, EMPTY_CODE_HASH, isEmptyAccount } from './account.ts'
import type { StateReader } from './reader.ts'

export interface StateDiff {
  /** Null: removed. */
  readonly accounts: ReadonlyMap<Hex, Account | null>
  /** By address and slot; an empty value is zero. */
  readonly storage: ReadonlyMap<Hex, ReadonlyMap<Hex, Uint8Array>>
  /** New code by its hash. */
  readonly code: ReadonlyMap<Hex, Uint8Array>
}

const ZERO = new Uint8Array(0)

export class StateJournal implements StateReader {
  readonly #accounts = new Map<Hex, Account | null>()
  readonly #storage = new Map<Hex, Map<Hex, Uint8Array>>()
  readonly #code = new Map<Hex, Uint8Array>()
  readonly #base: StateReader
  /** Newest last; truncated to a checkpoint to undo. */
  readonly #undo: (() => void)[] = []
  readonly #checkpoints: number[] = []
  /** Since the transaction began: what EIP-161 may remove, and EIP-2200's original values by address and slot. */
  readonly #touched = new Set<Hex>()
  readonly #original = new Map<string, Uint8Array>()

  constructor(base: StateReader) {
    this.#base = base
  }

  account(address: Hex): Account | null {
    const changed = this.#accounts.get(address)
    return changed === undefined ? this.#base.account(address) : changed
  }

  codeByHash(codeHash: Hex): Uint8Array {
    return this.#code.get(codeHash) ?? this.#base.codeByHash(codeHash)
  }

  storage(address: Hex, slot: Hex): Uint8Array {
    return this.#storage.get(address)?.get(slot) ?? this.#base.storage(address, slot)
  }

  /** The value when the transaction began (EIP-2200). */
  originalStorage(address: Hex, slot: Hex): Uint8Array {
    return this.#original.get(address + slot) ?? this.storage(address, slot)
  }

  setAccount(address: Hex, account: Account | null): void {
    const before = this.#accounts.get(address)
    this.#undo.push(() => restore(this.#accounts, address, before))
    this.#accounts.set(address, account)
    this.#touched.add(address)
  }

  /** Changes some fields of an account, which need not exist yet. */
  updateAccount(address: Hex, fields: Partial<Account>): void {
    this.setAccount(address, { ...(this.account(address) ?? EMPTY_ACCOUNT), ...fields })
  }

  addBalance(address: Hex, amount: bigint): void {
    const account = this.account(address) ?? EMPTY_ACCOUNT
    this.setAccount(address, { ...account, balance: account.balance + amount })
  }

  /** Empty code takes the account's code away. */
  setCode(address: Hex, code: Uint8Array): void {
    const codeHash = code.length === 0 ? EMPTY_CODE_HASH : toHex(keccak256(code))
    if (code.length > 0) this.keepCode(codeHash, code)
    this.updateAccount(address, { codeHash })
  }

  /** Code that some account may have, by its hash. */
  keepCode(codeHash: Hex, code: Uint8Array): void {
    this.#code.set(codeHash, code)
  }

  /** `value` may have leading zeros. */
  setStorage(address: Hex, slot: Hex, value: Uint8Array): void {
    let slots = this.#storage.get(address)
    if (slots === undefined) {
      slots = new Map()
      this.#storage.set(address, slots)
    }
    const key = address + slot
    if (!this.#original.has(key)) this.#original.set(key, this.storage(address, slot))
    const before = slots.get(slot)
    const changed = slots
    this.#undo.push(() => restore(changed, slot, before))
    slots.set(slot, trimLeadingZeros(value))
  }

  /**
   * Only ever asked for accounts that were created in this transaction, whose storage was empty before (EIP-6780, EIP-7610): so the
   * slots to clear are those written here.
   */
  clearStorage(address: Hex): void {
    for (const slot of this.#storage.get(address)?.keys() ?? []) this.setStorage(address, slot, ZERO)
  }

  removeAccount(address: Hex): void {
    this.clearStorage(address)
    this.setAccount(address, null)
  }

  checkpoint(): void {
    this.#checkpoints.push(this.#undo.length)
  }

  commitCheckpoint(): void {
    this.#checkpoints.pop()
  }

  revertCheckpoint(): void {
    const length = this.#checkpoints.pop() ?? 0
    while (this.#undo.length > length) this.#undo.pop()!()
  }

  /** Undoes everything since the last `endTransaction`. */
  revertTransaction(): void {
    this.#checkpoints.length = 0
    this.revertCheckpoint()
  }

  /** Drops the accounts that the transaction left empty (EIP-161); nothing before this can be undone afterwards. */
  endTransaction(): void {
    for (const address of this.#touched) {
      const account = this.#accounts.get(address)
      if (account !== undefined && account !== null && isEmptyAccount(account))
        this.#accounts.set(address, null)
    }
    this.#touched.clear()
    this.#original.clear()
    this.#undo.length = 0
    this.#checkpoints.length = 0
  }

  diff(): StateDiff {
    return { accounts: this.#accounts, storage: this.#storage, code: this.#code }
  }
}

function restore<Key, Value>(map: Map<Key, Value>, key: Key, before: Value | undefined): void {
  if (before === undefined) map.delete(key)
  else map.set(key, before)
}

function trimLeadingZeros(value: Uint8Array): Uint8Array {
  let start = 0
  while (start < value.length && value[start] === 0) start++
  return start === 0 ? value : value.subarray(start)
}
