/** What a transaction costs before any of it runs. Pure. */

import { type Fork, isAtLeast, ROLLUP_FORK } from './forks.ts'
import type { Transaction } from './transaction.ts'

export const TRANSFER_GAS = 21_000
export const INITCODE_BYTES_MAX = 49_152

const CREATE_GAS = 32_000
const INITCODE_WORD_GAS = 2
const ZERO_BYTE_GAS = 4
const NONZERO_BYTE_GAS = 16
const ACCESS_LIST_ADDRESS_GAS = 2_400
const ACCESS_LIST_KEY_GAS = 1_900
/** EIP-7623: a floor for transactions that are mostly data; a token is a zero byte or a quarter of another. */
const FLOOR_TOKEN_GAS = 10
/** EIP-7702: charged for each authorization as if it created an account; the executor refunds half if it doesn't. */
const AUTHORIZATION_GAS = 25_000
export const AUTHORIZATION_REFUND_GAS = 12_500
/** EIP-3529: at most this fraction of the gas used is refunded. */
export const REFUND_QUOTIENT = 5

export type GasFields = Pick<Transaction, 'to' | 'data' | 'accessList' | 'authorizations'>

export interface IntrinsicGas {
  /** Taken before execution. */
  readonly base: number
  /** The least that is charged in the end. */
  readonly floor: number
}

export function computeIntrinsicGas(transaction: GasFields, fork: Fork = ROLLUP_FORK): IntrinsicGas {
  const { data, accessList, authorizations, to } = transaction
  let zeros = 0
  for (const byte of data) if (byte === 0) zeros++
  const nonzeros = data.length - zeros
  let base = TRANSFER_GAS + zeros * ZERO_BYTE_GAS + nonzeros * NONZERO_BYTE_GAS
  if (to === null) base += CREATE_GAS + INITCODE_WORD_GAS * Math.ceil(data.length / 32)
  for (const { storageKeys } of accessList) {
    base += ACCESS_LIST_ADDRESS_GAS + storageKeys.length * ACCESS_LIST_KEY_GAS
  }
  base += authorizations.length * AUTHORIZATION_GAS
  const tokens = isAtLeast(fork, 'prague') ? zeros + 4 * nonzeros : 0
  return { base, floor: TRANSFER_GAS + FLOOR_TOKEN_GAS * tokens }
}

/** What the proposer gets per gas, or null if the transaction doesn't pay the base fee. */
export function effectiveTip(
  transaction: Pick<Transaction, 'maxFeePerGas' | 'maxPriorityFeePerGas'>,
  baseFee: bigint,
): bigint | null {
  const room = transaction.maxFeePerGas - baseFee
  if (room < 0n) return null
  // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigints
  return room < transaction.maxPriorityFeePerGas ? room : transaction.maxPriorityFeePerGas
}
