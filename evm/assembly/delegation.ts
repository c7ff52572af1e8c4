/** EIP-7702: accounts whose code is another's. */

import { environment } from './environment'
import { PRAGUE } from './fork'
import { Account, accountAt, codeAt } from './state/account'

const DELEGATION_BYTES: i32 = 23
const PREFIX_BYTES: usize = 3

/** Whose code runs when `account` is called: one step, not a chain. */
export function delegate(account: Account): Account {
  if (environment.fork < PRAGUE) return account
  const code = codeAt(account)
  if (code.length != DELEGATION_BYTES) return account
  const isDelegation = load<u16>(code.bytes) == 0x01ef && load<u8>(code.bytes, 2) == 0
  return isDelegation ? accountAt(code.bytes + PREFIX_BYTES) : account
}
