/** Moves tokens into accounts and out of them. */

import type { Hex } from '../../primitives/bytes.ts'
import type { BeaconState } from '../state.ts'

export function pay(state: BeaconState, to: Hex, amount: bigint): void {
  if (amount === 0n) return
  const account = state.account(to)
  state.setAccount(to, { ...account, balance: account.balance + amount })
}

/** False, and nothing changes, if there isn't as much. */
export function charge(state: BeaconState, from: Hex, amount: bigint): boolean {
  const account = state.account(from)
  if (account.balance < amount) return false
  state.setAccount(from, { ...account, balance: account.balance - amount })
  return true
}

export function burn(state: BeaconState, amount: bigint): void {
  state.setBurned(state.burned() + amount)
}
