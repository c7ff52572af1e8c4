/** State that a call pretends, as geth's eth_call has it. */

import type { Hex } from '../../primitives/bytes.ts'
import { EMPTY_ACCOUNT } from '../state/account.ts'
import type { StateJournal } from '../state/journal.ts'

/** Pretended changes to an account, for one call. */
export interface StateOverride {
  readonly balance?: bigint | undefined
  readonly nonce?: number | undefined
  readonly code?: Uint8Array | undefined
  readonly storage?: readonly (readonly [slot: Hex, value: Uint8Array])[]
}

export type Overrides = ReadonlyMap<Hex, StateOverride>

export function applyOverride(journal: StateJournal, address: Hex, override: StateOverride): void {
  const { balance, nonce, code, storage } = override
  const account = journal.account(address) ?? EMPTY_ACCOUNT
  journal.setAccount(address, {
    ...account,
    balance: balance ?? account.balance,
    nonce: nonce === undefined ? account.nonce : BigInt(nonce),
  })
  if (code !== undefined) journal.setCode(address, code)
  for (const [slot, value] of storage ?? []) journal.setStorage(address, slot, value)
}
