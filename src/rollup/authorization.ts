/** EIP-7702 authorizations: an account's signed wish to run another's code. In: one tuple of a type 4 transaction. */

import { recoverAddress } from '../platform/secp256k1.ts'
import { concatBytes, fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import { encodeRlp, type RlpItem, rlpBigint, rlpBytes, rlpList } from '../primitives/rlp.ts'
import { AUTHORIZATION_REFUND_GAS } from './gas.ts'
import type { StateJournal } from './state/journal.ts'
import { codeOf } from './state/reader.ts'

export interface Authorization {
  /** 0: valid on every chain. */
  readonly chainId: bigint
  /** Whose code is to be run; zero takes a delegation back. */
  readonly address: Hex
  readonly nonce: bigint
  readonly yParity: number
  readonly r: bigint
  readonly s: bigint
  /** The signer; null if the tuple can't take effect here, which doesn't make its transaction invalid. */
  readonly authority: Hex | null
}

/** Code of an account that delegates is this prefix and the delegate's address. */
const DELEGATION_PREFIX = Uint8Array.of(0xef, 0x01, 0x00)

const MAGIC = Uint8Array.of(0x05)
const NONCE_MAX = 2n ** 64n - 1n
const NO_CODE = new Uint8Array(0)

export function isDelegation(code: Uint8Array): boolean {
  return code.length === 23 && code[0] === 0xef && code[1] === 0x01 && code[2] === 0x00
}

export function readAuthorization(item: RlpItem, chainId: number): Authorization {
  const tuple = rlpList(item, 6)
  const fields = {
    chainId: rlpBigint(tuple[0]),
    address: toHex(rlpBytes(tuple[1], 20)),
    nonce: rlpBigint(tuple[2], 8),
    yParity: Number(rlpBigint(tuple[3], 1)),
    r: rlpBigint(tuple[4]),
    s: rlpBigint(tuple[5]),
  }
  return { ...fields, authority: recoverAuthority(tuple, fields, chainId) }
}

/** Steps 1 to 3 of the EIP's behaviour: those that need no state. */
function recoverAuthority(
  tuple: readonly RlpItem[],
  fields: Omit<Authorization, 'authority'>,
  chainId: number,
): Hex | null {
  const { yParity, r, s } = fields
  if (fields.chainId !== 0n && fields.chainId !== BigInt(chainId)) return null
  if (fields.nonce >= NONCE_MAX) return null
  return recoverAddress(keccak256(MAGIC, encodeRlp(tuple.slice(0, 3))), { yParity, r, s })
}

/**
 * Steps 4 to 9: sets the delegations of all tuples that fit the state, in order, and gives the gas to refund for authorities that
 * existed already. What is set here stays when the transaction's own message fails.
 */
export function applyAuthorizations(journal: StateJournal, authorizations: readonly Authorization[]): number {
  let refund = 0
  for (const { authority, address, nonce } of authorizations) {
    if (authority === null) continue
    const account = journal.account(authority)
    const code = codeOf(journal, authority)
    if (code.length > 0 && !isDelegation(code)) continue
    if (BigInt(account?.nonce ?? 0) !== nonce) continue
    if (account !== null) refund += AUTHORIZATION_REFUND_GAS
    journal.setCode(
      authority,
      address === ZERO_ADDRESS ? NO_CODE : concatBytes(DELEGATION_PREFIX, fromHex(address)),
    )
    journal.updateAccount(authority, { nonce: Number(nonce) + 1 })
  }
  return refund
}

const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`
