/** An Ethereum account as kept in state, and its form in the accounts trie. */

import { bigintToMinimalBytes, fromHex, type Hex } from '../../primitives/bytes.ts'
import { encodeRlp } from '../../primitives/rlp.ts'
import { EMPTY_TRIE_ROOT } from '../header.ts'

export interface Account {
  readonly nonce: bigint
  readonly balance: bigint
  readonly codeHash: Hex
  /** As of the last sealed block: pending writes don't show in it. */
  readonly storageRoot: Hex
}

export const EMPTY_CODE_HASH: Hex = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'

export const EMPTY_ACCOUNT: Account = {
  nonce: 0n,
  balance: 0n,
  codeHash: EMPTY_CODE_HASH,
  storageRoot: EMPTY_TRIE_ROOT,
}

/** EIP-161: such accounts are not in state. */
export function isEmptyAccount(account: Account): boolean {
  return account.nonce === 0n && account.balance === 0n && account.codeHash === EMPTY_CODE_HASH
}

/** Its value in the accounts trie. */
export function encodeAccount(account: Account): Uint8Array {
  return encodeRlp([
    bigintToMinimalBytes(account.nonce),
    bigintToMinimalBytes(account.balance),
    fromHex(account.storageRoot),
    fromHex(account.codeHash),
  ])
}
