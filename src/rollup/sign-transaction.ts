/** Makes EIP-1559 transactions with a key that this process holds, the dev accounts' of networks at a desk, or without any. */

import { sign } from '../platform/secp256k1.ts'
import { bigintToMinimalBytes, concatBytes, fromHex, type Hex } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import { encodeRlp, type RlpItem } from '../primitives/rlp.ts'
import { type Executable, KEYLESS } from './transaction.ts'

export type Unsigned = Omit<Executable, 'from' | 'authorizations'>

const TYPE = Uint8Array.of(2)

/** The raw transaction. */
export function signTransaction(transaction: Unsigned, chainId: number, privateKey: Uint8Array): Uint8Array {
  const unsigned = fieldsOf(transaction, chainId)
  const { yParity, r, s } = sign(keccak256(TYPE, encodeRlp(unsigned)), privateKey)
  return concatBytes(TYPE, encodeRlp([...unsigned, number(yParity), number(r), number(s)]))
}

/** The raw transaction with zeros for a signature: for blocks that nobody makes. */
export function encodeUnsigned(transaction: Unsigned, chainId: number): Uint8Array {
  return concatBytes(TYPE, encodeRlp([...fieldsOf(transaction, chainId), ...[0, 0, 0].map(number)]))
}

/** One of an account whose key nobody needs. */
export function encodeKeyless(transaction: Unsigned, from: Hex, chainId: number): Uint8Array {
  const fields = encodeRlp([...fieldsOf(transaction, chainId), fromHex(from, 20)])
  return concatBytes(Uint8Array.of(KEYLESS), fields)
}

function number(value: number | bigint): Uint8Array {
  return bigintToMinimalBytes(BigInt(value))
}

function fieldsOf(transaction: Unsigned, chainId: number): RlpItem[] {
  return [
    number(chainId),
    number(transaction.nonce),
    number(transaction.maxPriorityFeePerGas),
    number(transaction.maxFeePerGas),
    number(transaction.gasLimit),
    transaction.to === null ? new Uint8Array(0) : fromHex(transaction.to, 20),
    number(transaction.value),
    transaction.data,
    transaction.accessList.map(({ address, storageKeys }) => [
      fromHex(address, 20),
      storageKeys.map((key) => fromHex(key, 32)),
    ]),
  ]
}
