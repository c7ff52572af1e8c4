/** EIP-7702 in effect: what a transaction's authorizations do to state before its message runs. */

import { concatBytes, fromHex, type Hex } from '../primitives/bytes.ts'
import { type Authorization, isDelegation } from './authorization.ts'
import { AUTHORIZATION_REFUND_GAS } from './gas.ts'
import type { StateJournal } from './state/journal.ts'
import { codeOf } from './state/reader.ts'

const DELEGATION_PREFIX = Uint8Array.of(0xef, 0x01, 0x00)
const NO_CODE = new Uint8Array(0)
const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`

/**
 * Steps 4 to 9 of the EIP's behaviour: sets the delegations of all tuples that fit the state, in order, and gives the gas to refund
 * for authorities that existed already. What is set here stays when the transaction's own message fails.
 */
export function applyAuthorizations(journal: StateJournal, authorizations: readonly Authorization[]): number {
  let refund = 0
  for (const { authority, address, nonce } of authorizations) {
    if (authority === null) continue
    const account = journal.account(authority)
    const code = codeOf(journal, authority)
    if (code.length > 0 && !isDelegation(code)) continue
    if ((account?.nonce ?? 0n) !== nonce) continue
    if (account !== null) refund += AUTHORIZATION_REFUND_GAS
    journal.setCode(
      authority,
      address === ZERO_ADDRESS ? NO_CODE : concatBytes(DELEGATION_PREFIX, fromHex(address)),
    )
    journal.updateAccount(authority, { nonce: nonce + 1n })
  }
  return refund
}
