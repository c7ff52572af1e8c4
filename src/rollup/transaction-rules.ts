/** Whether a transaction may be executed next by its sender: the checks that the pool, the builder and every verifier share. Pure. */

import { isDelegation } from './authorization.ts'
import { computeIntrinsicGas, INITCODE_BYTES_MAX } from './gas.ts'
import { type Refusal, refuse } from './refusal.ts'
import { codeOf, nonceOf, type StateReader } from './state/reader.ts'
import { type Executable, KEYLESS, type Transaction } from './transaction.ts'

/** Checks that hold for ever, whatever the state. */
export function checkStatically(transaction: Executable, blockGasLimit: number): Refusal | null {
  const { maxFeePerGas, maxPriorityFeePerGas, gasLimit, data, to } = transaction
  if (maxPriorityFeePerGas > maxFeePerGas) {
    return refuse('tip-above-fee-cap', 'max priority fee per gas higher than max fee per gas')
  }
  if (gasLimit > blockGasLimit) return refuse('gas-limit-exceeded', 'exceeds block gas limit')
  if (to === null && data.length > INITCODE_BYTES_MAX) {
    return refuse(
      'initcode-too-large',
      `max initcode size exceeded: code size ${data.length}, limit ${INITCODE_BYTES_MAX}`,
    )
  }
  const { base, floor } = computeIntrinsicGas(transaction)
  if (gasLimit < base) {
    return refuse('intrinsic-gas-too-low', `intrinsic gas too low: gas ${gasLimit}, minimum needed ${base}`)
  }
  if (gasLimit < floor) {
    return refuse(
      'intrinsic-gas-too-low',
      `insufficient gas for floor data gas cost: gas ${gasLimit}, minimum needed ${floor}`,
    )
  }
  return null
}

/** Whether `state` lets the sender pay and send it now; `spent` is what its transactions before this one may cost. */
export function checkSender(transaction: Executable, state: StateReader, spent = 0n): Refusal | null {
  const code = codeOf(state, transaction.from)
  if (code.length > 0 && !isDelegation(code) && !isKeyless(transaction)) {
    return refuse('sender-not-eoa', `sender not an eoa: address ${transaction.from}`)
  }
  return checkFunds(transaction, state, spent)
}

/** Whoever impersonates a contract doesn't need its key. */
function isKeyless(transaction: Executable & Partial<Pick<Transaction, 'type'>>): boolean {
  return transaction.type === KEYLESS
}

export function checkFunds(transaction: Executable, state: StateReader, spent = 0n): Refusal | null {
  const balance = state.account(transaction.from)?.balance ?? 0n
  const cost = spent + costMax(transaction)
  if (balance >= cost) return null
  return refuse(
    'insufficient-funds',
    `insufficient funds for gas * price + value: address ${transaction.from} have ${balance} want ${cost}`,
  )
}

export function checkNonce(transaction: Executable, state: StateReader): Refusal | null {
  const expected = nonceOf(state, transaction.from)
  const detail = `address ${transaction.from}, tx: ${transaction.nonce} state: ${expected}`
  if (transaction.nonce < expected) return refuse('nonce-too-low', `nonce too low: ${detail}`)
  if (transaction.nonce > expected) return refuse('nonce-too-high', `nonce too high: ${detail}`)
  return null
}

/** The most that a transaction can take from its sender. */
export function costMax(transaction: Executable): bigint {
  return BigInt(transaction.gasLimit) * transaction.maxFeePerGas + transaction.value
}
