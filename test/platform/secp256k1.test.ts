import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SigningKey, Wallet } from 'ethers'
import {
  addressOfPrivateKey,
  addressOfPublicKey,
  recoverAddress,
  sign,
} from '../../src/platform/secp256k1.ts'
import { fromHex, toHex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const keys = Array.from({ length: 20 }, (_, n) => keccak256(Uint8Array.of(n)))

test('signs as ethers does and recovers the address that ethers gives', () => {
  for (const [n, key] of keys.entries()) {
    const hash = keccak256(utf8(`message ${n}`))
    const signature = sign(hash, key)
    const expected = new SigningKey(key).sign(hash)
    assert.equal(signature.r, BigInt(expected.r))
    assert.equal(signature.s, BigInt(expected.s))
    assert.equal(signature.yParity, expected.yParity)
    const { address, signingKey } = new Wallet(toHex(key))
    assert.equal(recoverAddress(hash, signature), address.toLowerCase())
    assert.equal(addressOfPrivateKey(key), address.toLowerCase())
    assert.equal(addressOfPublicKey(fromHex(signingKey.publicKey)), address.toLowerCase())
  }
})

test('refuses the high-s twin of a signature, and values outside the curve order', () => {
  const hash = keccak256(utf8('once'))
  const { r, s, yParity } = sign(hash, keys[0]!)
  assert.equal(recoverAddress(hash, { r, s: CURVE_ORDER - s, yParity: 1 - yParity }), null)
  for (const bad of [
    { r: 0n, s, yParity },
    { r, s: 0n, yParity },
    { r: CURVE_ORDER, s, yParity },
    { r: r + (1n << 256n), s, yParity },
    { r, s, yParity: 2 },
    { r: -1n, s, yParity },
  ]) {
    assert.equal(recoverAddress(hash, bad), null)
  }
})

test('a signature whose r is no x coordinate fits no key', () => {
  // 5^3 + 7 is not a square modulo the field's prime.
  assert.equal(recoverAddress(keccak256(), { r: 5n, s: 1n, yParity: 0 }), null)
})

test('refuses what is no private or public key', () => {
  assert.throws(() => addressOfPrivateKey(new Uint8Array(32)), RangeError)
  assert.throws(() => sign(keccak256(), new Uint8Array(31)), RangeError)
  assert.throws(() => addressOfPublicKey(new Uint8Array(33)), RangeError)
})
