/**
 * Vote signatures for simulations: a hash of public key and message in place of BLS, with the same sizes and laws. Anyone could compute
 * them, so nothing in a simulation may sign but through the signer of its own key.
 */

import { equalBytes } from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'
import {
  AGGREGATE_BYTES,
  PUBLIC_KEY_BYTES,
  type SignatureScheme,
  VOTE_SIGNATURE_BYTES,
  type VoteSigner,
} from '../../primitives/signatures.ts'

export function simulatedSigner(index: number): VoteSigner {
  const publicKey = new Uint8Array(PUBLIC_KEY_BYTES)
  new DataView(publicKey.buffer).setUint32(0, index + 1)
  return { publicKey, sign: (message) => padded(keccak256(publicKey, message), VOTE_SIGNATURE_BYTES) }
}

/** The aggregate is the exclusive or of the hashes. */
export const simulatedScheme: SignatureScheme = {
  aggregate(signatures) {
    if (signatures.some((signature) => signature.length !== VOTE_SIGNATURE_BYTES)) return null
    return padded(xor(signatures), AGGREGATE_BYTES)
  },
  verifyAggregate(publicKeys, message, aggregate) {
    if (publicKeys.length === 0) return false
    const expected = xor(publicKeys.map((key) => keccak256(key, message)))
    return equalBytes(padded(expected, AGGREGATE_BYTES), aggregate)
  },
  verify(publicKey, message, signature) {
    return equalBytes(padded(keccak256(publicKey, message), signature.length), signature)
  },
}

function xor(hashes: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(32)
  for (const hash of hashes) {
    for (let index = 0; index < 32; index++) sum[index]! ^= hash[index]!
  }
  return sum
}

/** Zeros behind; of a signature only the hash counts when aggregating, so the rest must be zero to verify. */
function padded(hash: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(hash.subarray(0, 32))
  return bytes
}
