/**
 * Transactions that nobody's key has signed (type 0x7d), valid on rollups with `devMethods` only: of accounts that are impersonated, and of the dev
 * account, whose transactions are instructions.
 */

import { equalBytes, fromHex } from '../../primitives/bytes.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { encodeKeyless } from '../sign-transaction.ts'
import type { StateReader } from '../state/reader.ts'
import { KEYLESS, type Transaction } from '../transaction.ts'
import { decodeInstruction, encodeInstruction, type Instruction } from './instruction.ts'
import { DEV_ADDRESS, hasDevMethods, isImpersonated } from './settings.ts'

const DEV_ADDRESS_BYTES = fromHex(DEV_ADDRESS)

/** Free of charge. */
export function encodeInstructionTransaction(
  instruction: Instruction,
  nonce: number,
  chainId: number,
): Uint8Array {
  const fields = {
    nonce,
    gasLimit: 0,
    to: DEV_ADDRESS,
    value: 0n,
    data: encodeInstruction(instruction),
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    accessList: [],
  }
  return encodeKeyless(fields, DEV_ADDRESS, chainId)
}

/** Such a transaction is executed by no VM and pays nothing. */
export function isInstruction({ type, from }: Pick<Transaction, 'type' | 'from'>): boolean {
  return type === KEYLESS && from === DEV_ADDRESS
}

/** Null if it isn't one. */
export function instructionOf(transaction: Transaction): Instruction | null {
  return isInstruction(transaction) ? decodeInstruction(transaction.data) : null
}

/** As {@link isInstruction}, of an encoded transaction that was found to be valid: it ends with its sender. */
export function isInstructionBytes(raw: Uint8Array): boolean {
  return raw[0] === KEYLESS && equalBytes(raw.subarray(-DEV_ADDRESS_BYTES.length), DEV_ADDRESS_BYTES)
}

export function isMine(transaction: Transaction): boolean {
  return instructionOf(transaction)?.name === 'mine'
}

/** Whether a transaction that nobody signed may be in a block on `state`; null for those that somebody did. */
export function checkKeyless(transaction: Transaction, state: StateReader): Refusal | null {
  const { type, from, to, value, gasLimit, maxFeePerGas } = transaction
  if (type !== KEYLESS) return null
  if (!hasDevMethods(state)) return refuse('malformed', 'transaction type not supported')
  if (from !== DEV_ADDRESS) {
    return isImpersonated(state, from)
      ? null
      : refuse('not-impersonated', `${from} isn't impersonated: only its owner can send from it`)
  }
  const isFree = value === 0n && gasLimit === 0 && maxFeePerGas === 0n
  if (isFree && to === DEV_ADDRESS && decodeInstruction(transaction.data) !== null) return null
  return refuse('malformed', 'not a dev instruction')
}
