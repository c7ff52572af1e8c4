/** EIP-1559 transactions to the L1: their canonical bytes, signed with an account's key. */

import { addressOfPrivateKey, sign } from '../platform/secp256k1.ts'
import { bigintToMinimalBytes, concatBytes, fromHex, type Hex } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import { encodeRlp, type RlpItem } from '../primitives/rlp.ts'

/** Pays for transactions on the L1. */
export interface L1Account {
  readonly address: Hex
  readonly privateKey: Uint8Array
}

export interface L1Fees {
  /** Wei per gas, at most, base fee included. */
  readonly maxFee: bigint
  /** Wei per gas for the proposer. */
  readonly tip: bigint
}

export interface L1Transaction {
  readonly chainId: number
  readonly nonce: number
  readonly fees: L1Fees
  readonly gasLimit: bigint
  readonly to: Hex
  readonly value?: bigint
  readonly data: Uint8Array
}

const EIP_1559 = Uint8Array.of(2)

/** Throws a RangeError unless `privateKey` is 32 bytes of a valid key. */
export function createL1Account(privateKey: Uint8Array): L1Account {
  return { address: addressOfPrivateKey(privateKey), privateKey }
}

/** The bytes that eth_sendRawTransaction takes; their hash is the transaction's. */
export function signL1Transaction(transaction: L1Transaction, account: L1Account): Uint8Array {
  const fields = fieldsOf(transaction)
  const { r, s, yParity } = sign(keccak256(concatBytes(EIP_1559, encodeRlp(fields))), account.privateKey)
  return concatBytes(EIP_1559, encodeRlp([...fields, ...[BigInt(yParity), r, s].map(bigintToMinimalBytes)]))
}

function fieldsOf({ chainId, nonce, fees, gasLimit, to, value, data }: L1Transaction): RlpItem[] {
  const integers = [BigInt(chainId), BigInt(nonce), fees.tip, fees.maxFee, gasLimit].map(bigintToMinimalBytes)
  const accessList: RlpItem = []
  return [...integers, fromHex(to, 20), bigintToMinimalBytes(value ?? 0n), data, accessList]
}
