/** EIP-7702 authorizations: an account's signed wish to run another's code. In: one tuple of a type 4 transaction. */

import { recoverAddress } from '../platform/secp256k1.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import { encodeRlp, type RlpItem, rlpBigint, rlpBytes, rlpList } from '../primitives/rlp.ts'

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

const MAGIC = Uint8Array.of(0x05)
const NONCE_MAX = 2n ** 64n - 1n

/** Whether code says only where the code to run is: 0xef0100 and an address. */
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
