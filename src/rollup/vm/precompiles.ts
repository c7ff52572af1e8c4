/** The precompiles that differ from those of @ethereumjs/evm: one faster, one that a rollup without blobs can't have. */

import { EVMError, type ExecResult, type PrecompileInput } from '@ethereumjs/evm'
import { Address } from '@ethereumjs/util'
import { recoverAddress } from '../../platform/secp256k1.ts'
import { bytesToBigint, fromHex } from '../../primitives/bytes.ts'

const ECRECOVER_GAS = 3_000n
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const NOTHING = new Uint8Array(0)

export const ROLLUP_PRECOMPILES = [
  { address: precompileAddress(1), function: ecrecover },
  { address: precompileAddress(10), function: failPointEvaluation },
]

/** On native libsecp256k1. Input: hash, v (27 or 28), r, s, of 32 B each, as if padded with zeros. */
function ecrecover({ data, gasLimit }: PrecompileInput): ExecResult {
  if (gasLimit < ECRECOVER_GAS) return fail(EVMError.errorMessages.OUT_OF_GAS, gasLimit)
  const input = new Uint8Array(128)
  input.set(data.subarray(0, 128))
  const word = (index: number) => bytesToBigint(input.subarray(32 * index, 32 * index + 32))
  const parity = word(1) - 27n
  const s = word(3)
  if (parity !== 0n && parity !== 1n) return { executionGasUsed: ECRECOVER_GAS, returnValue: NOTHING }
  // Unlike in transactions a high s is valid here; (n - s) with the other parity has the same key.
  const isHigh = s > CURVE_ORDER / 2n
  const signature = {
    r: word(2),
    s: isHigh ? CURVE_ORDER - s : s,
    yParity: Number(isHigh ? 1n - parity : parity),
  }
  const address = recoverAddress(input.subarray(0, 32), signature)
  if (address === null) return { executionGasUsed: ECRECOVER_GAS, returnValue: NOTHING }
  const output = new Uint8Array(32)
  output.set(fromHex(address), 12)
  return { executionGasUsed: ECRECOVER_GAS, returnValue: output }
}

/** There are no blobs here whose points could be evaluated, so that the call fails as one with a wrong proof does. */
function failPointEvaluation({ gasLimit }: PrecompileInput): ExecResult {
  return fail(EVMError.errorMessages.INVALID_PROOF, gasLimit)
}

function fail(error: ConstructorParameters<typeof EVMError>[0], gasLimit: bigint): ExecResult {
  return { executionGasUsed: gasLimit, returnValue: NOTHING, exceptionError: new EVMError(error) }
}

function precompileAddress(number: number): Address {
  return new Address(fromHex(`0x${number.toString(16).padStart(40, '0')}`))
}
