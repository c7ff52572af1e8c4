/**
 * Vote signatures for simulations: a quick hash of public key and message in place of BLS, with the same sizes and laws. Anyone could
 * compute them, so nothing in a simulation may sign but through the signer of its own key.
 */

import { equalBytes } from '../../primitives/bytes.ts'
import {
  AGGREGATE_BYTES,
  PUBLIC_KEY_BYTES,
  type SignatureScheme,
  VOTE_SIGNATURE_BYTES,
  type VoteSigner,
} from '../../primitives/signatures.ts'

const HASH_BYTES = 8

export function simulatedSigner(index: number): VoteSigner {
  const publicKey = new Uint8Array(PUBLIC_KEY_BYTES)
  new DataView(publicKey.buffer).setUint32(0, index + 1)
  return { publicKey, sign: (message) => padded(hashOf(publicKey, message), VOTE_SIGNATURE_BYTES) }
}

/** The aggregate is the exclusive or of the hashes. */
export const simulatedScheme: SignatureScheme = {
  aggregate(signatures) {
    if (signatures.some((signature) => signature.length !== VOTE_SIGNATURE_BYTES)) return null
    return padded(xor(signatures), AGGREGATE_BYTES)
  },
  verifyAggregate(publicKeys, message, aggregate) {
    if (publicKeys.length === 0) return false
    const expected = xor(publicKeys.map((key) => hashOf(key, message)))
    return equalBytes(padded(expected, AGGREGATE_BYTES), aggregate)
  },
  verify(publicKey, message, signature) {
    return equalBytes(padded(hashOf(publicKey, message), signature.length), signature)
  },
}

/** 64 bits: in two lanes, each byte is mixed in by a multiplication, and each lane into the other at the end. */
function hashOf(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  let [one, other] = [0x2545f491, 0x41c6ce57]
  for (const bytes of [publicKey, message]) {
    for (let index = 0; index < bytes.length; index++) {
      one = Math.imul(one ^ bytes[index]!, 0x9e3779b1)
      other = Math.imul(other ^ bytes[index]!, 0x5f356495)
    }
  }
  const mixed = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35)
  const hash = new DataView(new ArrayBuffer(HASH_BYTES))
  hash.setUint32(0, mixed)
  hash.setUint32(4, Math.imul(mixed ^ other ^ (mixed >>> 15), 0x27d4eb2f) ^ one)
  return new Uint8Array(hash.buffer)
}

function xor(hashes: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(HASH_BYTES)
  for (const hash of hashes) {
    for (let index = 0; index < HASH_BYTES; index++) sum[index]! ^= hash[index]!
  }
  return sum
}

/** Zeros behind; of a signature only the hash counts when aggregating, so the rest must be zero to verify. */
function padded(hash: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(hash.subarray(0, HASH_BYTES))
  return bytes
}
