/** Moves tokens into accounts and out of them. */

import { U256 } from '../primitives/uint'
import { BeaconState } from '../state'
import { Account } from '../values'

export function pay(state: BeaconState, to: string, amount: U256): void {
  if (amount.isZero) return
  const account = state.account(to)
  state.setAccount(to, new Account(account.nonce, account.balance + amount))
}

/** False, and nothing changes, if there isn't as much. */
export function charge(state: BeaconState, from: string, amount: U256): bool {
  const account = state.account(from)
  if (account.balance < amount) return false
  state.setAccount(from, new Account(account.nonce, account.balance - amount))
  return true
}

export function burn(state: BeaconState, amount: U256): void {
  state.setBurned(state.burned() + amount)
}
