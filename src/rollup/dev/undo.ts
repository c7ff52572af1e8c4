/** What undoes a block: the values that it has overwritten. Kept on rollups for development, so that any earlier state can come back. */

import { bigintToMinimalBytes, fromHex, type Hex, toHex } from '../../primitives/bytes.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBigint, rlpBytes, rlpList } from '../../primitives/rlp.ts'
import type { Account } from '../state/account.ts'
import type { StateDiff } from '../state/journal.ts'
import type { StateReader } from '../state/reader.ts'

/** More changes than any block can make. */
const ITEMS_MAX = 100_000_000
const NONE = new Uint8Array(0)

/** For a block that has changed `diff` on `before`. Code stays where it is. */
export function undoOf({ accounts, storage }: StateDiff, before: StateReader): StateDiff {
  const slotsBefore = (address: Hex, slots: ReadonlyMap<Hex, Uint8Array>) =>
    new Map([...slots.keys()].map((slot) => [slot, before.storage(address, slot)]))
  // An account whose storage alone has changed is in `accounts` too, for the root of its storage.
  const touched = new Set([...accounts.keys(), ...storage.keys()])
  return {
    accounts: new Map([...touched].map((address) => [address, before.account(address)])),
    storage: new Map([...storage].map(([address, slots]) => [address, slotsBefore(address, slots)])),
    code: new Map(),
  }
}

/** What undoes several blocks; they are given newest first. */
export function joinUndos(undos: Iterable<StateDiff>): StateDiff {
  const accounts = new Map<Hex, Account | null>()
  const storage = new Map<Hex, Map<Hex, Uint8Array>>()
  for (const undo of undos) {
    for (const [address, account] of undo.accounts) accounts.set(address, account)
    for (const [address, slots] of undo.storage) {
      const joined = storage.get(address) ?? new Map<Hex, Uint8Array>()
      for (const [slot, value] of slots) joined.set(slot, value)
      storage.set(address, joined)
    }
  }
  return { accounts, storage, code: new Map() }
}

export function encodeUndo({ accounts, storage }: StateDiff): Uint8Array {
  return encodeRlp([
    [...accounts].map(([address, account]) => [fromHex(address), accountItems(account)]),
    [...storage].map(([address, slots]) => [
      fromHex(address),
      [...slots].map(([slot, value]) => [fromHex(slot), value]),
    ]),
  ])
}

export function decodeUndo(bytes: Uint8Array): StateDiff {
  const [accounts, storage] = rlpList(decodeRlp(bytes, ITEMS_MAX), 2)
  return {
    accounts: new Map(rlpList(accounts).map(readAccountEntry)),
    storage: new Map(rlpList(storage).map(readStorageEntry)),
    code: new Map(),
  }
}

function accountItems(account: Account | null): RlpItem {
  if (account === null) return NONE
  const { nonce, balance, codeHash, storageRoot } = account
  return [bigintToMinimalBytes(nonce), bigintToMinimalBytes(balance), fromHex(codeHash), fromHex(storageRoot)]
}

function readAccountEntry(item: RlpItem): [Hex, Account | null] {
  const [address, fields] = rlpList(item, 2)
  const key = toHex(rlpBytes(address, 20))
  if (fields instanceof Uint8Array) return [key, null]
  const [nonce, balance, codeHash, storageRoot] = rlpList(fields, 4)
  return [
    key,
    {
      nonce: rlpBigint(nonce, 8),
      balance: rlpBigint(balance),
      codeHash: toHex(rlpBytes(codeHash, 32)),
      storageRoot: toHex(rlpBytes(storageRoot, 32)),
    },
  ]
}

function readStorageEntry(item: RlpItem): [Hex, Map<Hex, Uint8Array>] {
  const [address, slots] = rlpList(item, 2)
  const entries = rlpList(slots).map((slot): [Hex, Uint8Array] => {
    const [key, value] = rlpList(slot, 2)
    return [toHex(rlpBytes(key, 32)), rlpBytes(value).slice()]
  })
  return [toHex(rlpBytes(address, 20)), new Map(entries)]
}
