/**
 * The same signatures as bls.ts in pure JavaScript: for light clients and browsers, about 20 times slower. It verifies and
 * aggregates, and never holds a secret key.
 */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import {
  AGGREGATE_BYTES,
  PUBLIC_KEY_BYTES,
  type SignatureScheme,
  VOTE_SIGNATURE_BYTES,
} from '../primitives/signatures.ts'
import { PublicKeyCache } from './public-key-cache.ts'

const DOMAIN = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_'

const { longSignatures: bls, G1, G2 } = bls12_381

export function createPortableBlsScheme(): SignatureScheme {
  const keys = new PublicKeyCache(parsePublicKey)
  return {
    aggregate(signatures) {
      if (signatures.length === 0) return null
      try {
        const points = signatures.map((bytes) => parseSignature(bytes, VOTE_SIGNATURE_BYTES))
        return points.reduce((sum, point) => sum.add(point)).toBytes(true)
      } catch {
        return null
      }
    },
    verifyAggregate(publicKeys, message, aggregate) {
      if (publicKeys.length === 0 || aggregate.length !== AGGREGATE_BYTES) return false
      return refuseOnThrow(() => {
        const key = publicKeys.map((bytes) => keys.parse(bytes)).reduce((sum, point) => sum.add(point))
        return bls.verify(parseSignature(aggregate), bls.hash(message, DOMAIN), key)
      })
    },
    verify(publicKey, message, signature) {
      return refuseOnThrow(() =>
        bls.verify(parseSignature(signature), bls.hash(message, DOMAIN), keys.parse(publicKey)),
      )
    },
  }
}

/** Throws unless the bytes are a compressed point of the subgroup other than infinity. */
function parsePublicKey(bytes: Uint8Array) {
  if (bytes.length !== PUBLIC_KEY_BYTES) throw new RangeError('malformed public key')
  const point = G1.Point.fromBytes(bytes)
  if (point.is0()) throw new RangeError('the public key is infinity')
  return point
}

/** Throws unless the bytes are a point of the subgroup other than infinity, of `length` bytes if given. */
function parseSignature(bytes: Uint8Array, length = bytes.length) {
  if (bytes.length !== length) throw new RangeError('malformed signature')
  const point = G2.Point.fromBytes(bytes)
  if (point.is0()) throw new RangeError('the signature is infinity')
  return point
}

function refuseOnThrow(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}
