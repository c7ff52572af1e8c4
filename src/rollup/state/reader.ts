/** Reading state, whichever version of it. Synchronous: all of a devnet's state is in memory. */

import type { Hex } from '../../primitives/bytes.ts'
import type { Account } from './account.ts'

export interface StateReader {
  /** Null if there is no such account. */
  account(address: Hex): Account | null
  /** Empty if no account has such code. */
  codeByHash(codeHash: Hex): Uint8Array
  /** Without leading zeros; empty for zero. `slot` is 32 B of hex. */
  storage(address: Hex, slot: Hex): Uint8Array
}

/** For comparing with transactions: they can't have one beyond 2^53, and nobody lives to get there. */
export function nonceOf(state: StateReader, address: Hex): number {
  return Number(state.account(address)?.nonce ?? 0n)
}

export function codeOf(state: StateReader, address: Hex): Uint8Array {
  const account = state.account(address)
  return account === null ? NO_CODE : state.codeByHash(account.codeHash)
}

const NO_CODE = new Uint8Array(0)
