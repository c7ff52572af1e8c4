/**
 * Ethereum's account signatures on native libsecp256k1: about 25 times faster than pure JavaScript. In: hashes, signatures from
 * strangers, private keys. Out: addresses and signatures. It never hashes a message: what is signed is the caller's matter.
 */

import { createRequire } from 'node:module'
import { bigintToBytes, bytesToBigint, type Hex, toHex } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'

export interface EcdsaSignature {
  readonly r: bigint
  readonly s: bigint
  /** 0 or 1. */
  readonly yParity: number
}

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** The larger of the two valid s is refused (EIP-2): else anyone could turn a transaction into another one with a new hash. */
const S_MAX = CURVE_ORDER / 2n

const uncompressed = new Uint8Array(65)
const load = createRequire(import.meta.url)
let loaded: typeof import('secp256k1') | undefined

/** Loaded by its first use: making its context takes 10 ms, and many a process never needs it. */
function secp256k1(): typeof import('secp256k1') {
  loaded ??= load('secp256k1') as typeof import('secp256k1')
  return loaded
}

/** The account that signed `hash` (32 B), or null if the signature is malformed, has a high s or fits no key. */
export function recoverAddress(hash: Uint8Array, { r, s, yParity }: EcdsaSignature): Hex | null {
  if (r <= 0n || r >= CURVE_ORDER || s <= 0n || s > S_MAX || (yParity !== 0 && yParity !== 1)) return null
  const signature = new Uint8Array(64)
  signature.set(bigintToBytes(r, 32))
  signature.set(bigintToBytes(s, 32), 32)
  try {
    return addressOfPublicKey(secp256k1().ecdsaRecover(signature, yParity, hash, false, uncompressed))
  } catch {
    return null
  }
}

/** Address of an uncompressed public key: 64 B, or 65 B with the leading 4. */
export function addressOfPublicKey(publicKey: Uint8Array): Hex {
  const point = publicKey.length === 65 && publicKey[0] === 4 ? publicKey.subarray(1) : publicKey
  if (point.length !== 64) throw new RangeError('expected an uncompressed public key')
  return toHex(keccak256(point).subarray(12))
}

/** Throws a RangeError unless `privateKey` is 32 bytes of a valid key. */
export function addressOfPrivateKey(privateKey: Uint8Array): Hex {
  return addressOfPublicKey(secp256k1().publicKeyCreate(checked(privateKey), false))
}

/** Deterministic (RFC 6979), with a low s. `hash` has 32 bytes. */
export function sign(hash: Uint8Array, privateKey: Uint8Array): EcdsaSignature {
  const { signature, recid } = secp256k1().ecdsaSign(hash, checked(privateKey))
  return {
    r: bytesToBigint(signature.subarray(0, 32)),
    s: bytesToBigint(signature.subarray(32)),
    yParity: recid,
  }
}

function checked(privateKey: Uint8Array): Uint8Array {
  if (privateKey.length !== 32 || !secp256k1().privateKeyVerify(privateKey)) {
    throw new RangeError('not a secp256k1 private key')
  }
  return privateKey
}
