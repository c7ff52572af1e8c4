/** State on disk: one entry for each account, storage slot and code of the final version. Tries are rebuilt from them on opening. */

import type { BatchOperation, KeyValueStore } from '../../platform/ports.ts'
import { bigintToMinimalBytes, fromHex, type Hex, toHex } from '../../primitives/bytes.ts'
import { decodeRlp, encodeRlp, rlpBigint, rlpBytes, rlpList } from '../../primitives/rlp.ts'
import { EMPTY_TRIE_ROOT } from '../header.ts'
import type { Account } from './account.ts'
import type { StateDiff } from './journal.ts'
import { createState, type StateVersion } from './version.ts'

const ACCOUNT = 'state/account/'
const STORAGE = 'state/storage/'
const CODE = 'state/code/'

/** What turns the stored state into the one that follows from it by `diff`. */
export function stateOperations(diff: StateDiff): BatchOperation[] {
  const operations: BatchOperation[] = []
  for (const [address, account] of diff.accounts) {
    operations.push(putOrDelete(ACCOUNT + address, account === null ? null : encodeStored(account)))
  }
  for (const [address, slots] of diff.storage) {
    for (const [slot, value] of slots) {
      operations.push(putOrDelete(`${STORAGE}${address}/${slot}`, value.length === 0 ? null : value))
    }
  }
  for (const [hash, code] of diff.code) operations.push({ type: 'put', key: CODE + hash, value: code })
  return operations
}

export async function loadState(store: KeyValueStore): Promise<StateVersion> {
  const accounts = new Map<Hex, Account>()
  const storage = new Map<Hex, Map<Hex, Uint8Array>>()
  const code = new Map<Hex, Uint8Array>()
  for await (const [key, value] of store.entries(ACCOUNT)) {
    accounts.set(key.slice(ACCOUNT.length) as Hex, decodeStored(value))
  }
  for await (const [key, value] of store.entries(STORAGE)) {
    const [address, slot] = key.slice(STORAGE.length).split('/') as [Hex, Hex]
    const slots = storage.get(address)
    if (slots === undefined) storage.set(address, new Map([[slot, value]]))
    else slots.set(slot, value)
  }
  for await (const [key, value] of store.entries(CODE)) code.set(key.slice(CODE.length) as Hex, value)
  return createState({ accounts, storage, code })
}

/** Without the storage root, which follows from the storage. */
function encodeStored(account: Account): Uint8Array {
  return encodeRlp([
    bigintToMinimalBytes(BigInt(account.nonce)),
    bigintToMinimalBytes(account.balance),
    fromHex(account.codeHash),
  ])
}

function decodeStored(bytes: Uint8Array): Account {
  const [nonce, balance, codeHash] = rlpList(decodeRlp(bytes), 3)
  return {
    nonce: rlpBigint(nonce, 8),
    balance: rlpBigint(balance),
    codeHash: toHex(rlpBytes(codeHash, 32)),
    storageRoot: EMPTY_TRIE_ROOT,
  }
}

function putOrDelete(key: string, value: Uint8Array | null): BatchOperation {
  return value === null ? { type: 'del', key } : { type: 'put', key, value }
}
