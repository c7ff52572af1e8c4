/**
 * Vote signatures on native BLS12-381 (blst, min-pk). The binding signs under the fixed ciphersuite
 * BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_: aggregates over one message are sound only among keys with a verified proof of
 * possession (primitives/possession.ts). Infinity and points outside the subgroup are refused, as keys and as signatures.
 */

import blst from '@chainsafe/blst'
import {
  AGGREGATE_BYTES,
  type SignatureScheme,
  VOTE_SIGNATURE_BYTES,
  type VoteSigner,
} from '../primitives/signatures.ts'
import { PublicKeyCache } from './public-key-cache.ts'

/** First byte of an encoded point: the point at infinity. */
const INFINITY_FLAG = 0x40

export function createBlsScheme(): SignatureScheme {
  const keys = new PublicKeyCache((bytes) => blst.PublicKey.fromBytes(bytes, true))
  return {
    aggregate,
    verifyAggregate(publicKeys, message, aggregate) {
      if (publicKeys.length === 0 || aggregate.length !== AGGREGATE_BYTES) return false
      return refuseOnThrow(() =>
        blst.fastAggregateVerify(
          message,
          publicKeys.map((bytes) => keys.parse(bytes)),
          parseSignature(aggregate),
        ),
      )
    },
    verify(publicKey, message, signature) {
      return refuseOnThrow(() => blst.verify(message, keys.parse(publicKey), parseSignature(signature)))
    },
  }
}

/** A vote key derived (KeyGen of the IETF draft) from a secret seed of 32 bytes. */
export function createVoteSigner(seed: Uint8Array): VoteSigner {
  if (seed.length !== 32) throw new RangeError('a vote key is derived from 32 bytes')
  const secretKey = blst.SecretKey.fromKeygen(seed)
  return {
    publicKey: secretKey.toPublicKey().toBytes(),
    sign: (message) => secretKey.sign(message).toBytes(false),
  }
}

function aggregate(signatures: readonly Uint8Array[]): Uint8Array | null {
  if (signatures.length === 0) return null
  for (const signature of signatures) {
    if (signature.length !== VOTE_SIGNATURE_BYTES || (signature[0]! & INFINITY_FLAG) !== 0) return null
  }
  try {
    // The subgroup is checked once, on the aggregate, by whoever verifies it.
    return blst.aggregateSerializedSignatures([...signatures], false).toBytes()
  } catch {
    return null
  }
}

/** Throws unless the bytes are a point of the subgroup other than infinity. */
function parseSignature(bytes: Uint8Array) {
  return blst.Signature.fromBytes(bytes, true, true)
}

function refuseOnThrow(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}
