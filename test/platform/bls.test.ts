import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import blst from '@chainsafe/blst'
import { createBlsScheme, createVoteSigner } from '../../src/platform/bls.ts'
import { createPortableBlsScheme } from '../../src/platform/bls-portable.ts'
import { PublicKeyCache } from '../../src/platform/public-key-cache.ts'
import { fromHex, type Hex, toHex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { provePossession, verifyPossession } from '../../src/primitives/possession.ts'
import type { SignatureScheme } from '../../src/primitives/signatures.ts'

interface Vector<Input, Output> {
  readonly input: Input
  readonly output: Output
}

function vectors<Input, Output>(kind: string): [string, Vector<Input, Output>][] {
  const file = new URL(`../vectors/bls12-381-tests/${kind}.json`, import.meta.url)
  return Object.entries(JSON.parse(readFileSync(file, 'utf8')))
}

const bytesOf = (hex: string) => fromHex(hex.startsWith('0x') ? hex : `0x${hex}`)
/** The vectors' signatures are compressed; votes are not. */
const asVote = (signature: string) => blst.Signature.fromBytes(bytesOf(signature)).toBytes(false)

const seed = (n: number) => keccak256(Uint8Array.of(n))
const signers = [1, 2, 3, 4, 5].map((n) => createVoteSigner(seed(n)))
const message = keccak256(utf8('a vote'))
const INFINITY_G1 = Uint8Array.of(0xc0, ...new Uint8Array(47))
const INFINITY_G2 = Uint8Array.of(0xc0, ...new Uint8Array(95))

const schemes: [string, SignatureScheme][] = [
  ['native', createBlsScheme()],
  ['portable', createPortableBlsScheme()],
]

for (const [name, scheme] of schemes) {
  describe(`${name} BLS`, () => {
    for (const [title, { input, output }] of vectors<
      Record<'pubkey' | 'message' | 'signature', Hex>,
      boolean
    >('verify')) {
      test(`answers bls12-381-tests' ${title}`, () => {
        const { pubkey, message, signature } = input
        assert.equal(scheme.verify(fromHex(pubkey), fromHex(message), fromHex(signature)), output)
      })
    }

    for (const [title, { input, output }] of vectors<
      { pubkeys: Hex[]; message: Hex; signature: Hex },
      boolean
    >('fast_aggregate_verify')) {
      test(`answers bls12-381-tests' ${title}`, () => {
        const keys = input.pubkeys.map((key) => fromHex(key))
        assert.equal(scheme.verifyAggregate(keys, fromHex(input.message), fromHex(input.signature)), output)
      })
    }

    for (const [title, { input, output }] of vectors<Hex[], Hex | null>('aggregate')) {
      test(`answers bls12-381-tests' ${title}`, () => {
        const isInfinite = title.includes('infinity')
        const aggregate = scheme.aggregate(input.map(asVote))
        // Stricter than the vectors: an infinite signature is no vote.
        assert.equal(aggregate && toHex(aggregate), isInfinite ? null : output)
      })
    }

    for (const [title, { input, output }] of vectors<{ pubkey: string }, boolean>('deserialization_G1')) {
      if (output) continue
      test(`takes no key from bls12-381-tests' G1 ${title}`, () => {
        const [signer] = signers as [(typeof signers)[0]]
        const key = bytesOf(input.pubkey)
        assert.equal(scheme.verify(key, message, signer.sign(message)), false)
        assert.equal(scheme.verifyAggregate([signer.publicKey, key], message, signer.sign(message)), false)
      })
    }

    for (const [title, { input }] of vectors<{ signature: string }, boolean>('deserialization_G2')) {
      test(`never throws on bls12-381-tests' G2 ${title}`, () => {
        assert.equal(scheme.verify(signers[0]!.publicKey, message, bytesOf(input.signature)), false)
        assert.equal(
          scheme.verifyAggregate([signers[0]!.publicKey], message, bytesOf(input.signature)),
          false,
        )
        assert.equal(scheme.aggregate([bytesOf(input.signature)]), null)
      })
    }

    test('verifies a quorum by its aggregate, and by no other set, message or order of bytes', () => {
      const keys = signers.map(({ publicKey }) => publicKey)
      const aggregate = scheme.aggregate(signers.map((signer) => signer.sign(message)))!
      assert.equal(aggregate.length, 96)
      assert.equal(scheme.verifyAggregate(keys, message, aggregate), true)
      assert.equal(scheme.verifyAggregate([...keys].reverse(), message, aggregate), true)
      assert.equal(scheme.verifyAggregate(keys.slice(1), message, aggregate), false)
      assert.equal(scheme.verifyAggregate([...keys, keys[0]!], message, aggregate), false)
      assert.equal(scheme.verifyAggregate([], message, aggregate), false)
      assert.equal(scheme.verifyAggregate(keys, keccak256(message), aggregate), false)
      assert.equal(scheme.verifyAggregate(keys, message, aggregate.slice(0, 95)), false)
    })

    test('refuses infinite keys and signatures, alone and where they would cancel', () => {
      assert.equal(scheme.verify(INFINITY_G1, message, INFINITY_G2), false)
      assert.equal(scheme.verifyAggregate([INFINITY_G1], message, INFINITY_G2), false)
      const [signer] = signers as [(typeof signers)[0]]
      const negated = signer.publicKey.slice()
      negated[0]! ^= 0x20
      assert.equal(scheme.verifyAggregate([signer.publicKey, negated], message, INFINITY_G2), false)
      const infiniteVote = Uint8Array.of(0x40, ...new Uint8Array(191))
      assert.equal(scheme.aggregate([signer.sign(message), infiniteVote]), null)
    })

    test('an aggregate outside the subgroup is refused', () => {
      const [, { input }] = vectors<{ signature: string }, boolean>('deserialization_G2').find(([title]) =>
        title.includes('not_in_G2'),
      )!
      assert.equal(scheme.verifyAggregate([signers[0]!.publicKey], message, bytesOf(input.signature)), false)
    })

    test('a proof of possession holds for its account and network only', () => {
      const [signer, other] = signers as [(typeof signers)[0], (typeof signers)[0]]
      const account: Hex = `0x${'aa'.repeat(20)}`
      const proof = provePossession(signer, account, 7_700_000)
      const { publicKey } = signer
      assert.equal(verifyPossession(scheme, { publicKey, account, chainId: 7_700_000 }, proof), true)
      assert.equal(verifyPossession(scheme, { publicKey, account, chainId: 7_700_001 }, proof), false)
      const foreign: Hex = `0x${'bb'.repeat(20)}`
      assert.equal(
        verifyPossession(scheme, { publicKey, account: foreign, chainId: 7_700_000 }, proof),
        false,
      )
      const stolen = { publicKey: other.publicKey, account, chainId: 7_700_000 }
      assert.equal(verifyPossession(scheme, stolen, proof), false)
      assert.equal(verifyPossession(scheme, { ...stolen, publicKey: new Uint8Array(3) }, proof), false)
    })
  })
}

test('both schemes agree on votes in their uncompressed form', () => {
  const vote = signers[0]!.sign(message)
  assert.equal(vote.length, 192)
  for (const [, scheme] of schemes) {
    assert.equal(scheme.verify(signers[0]!.publicKey, message, vote), true)
    const broken = vote.slice()
    broken[100]! ^= 1
    assert.equal(scheme.verify(signers[0]!.publicKey, message, broken), false)
    assert.equal(scheme.aggregate([broken]), null)
  }
})

test('the same seed gives the same key and the same signatures', () => {
  const [a, b] = [createVoteSigner(seed(9)), createVoteSigner(seed(9))]
  assert.deepEqual(a.publicKey, b.publicKey)
  assert.deepEqual(a.sign(message), b.sign(message))
  assert.throws(() => createVoteSigner(new Uint8Array(31)), RangeError)
})

test('the cache of public keys stays within its bound and keeps no invalid key', () => {
  let parsed = 0
  const cache = new PublicKeyCache((bytes) => {
    if (bytes[0] === 0) throw new RangeError('invalid')
    return ++parsed
  }, 2)
  const key = (n: number) => Uint8Array.of(n)
  for (const n of [1, 2, 1, 2, 3]) cache.parse(key(n))
  assert.equal(parsed, 3)
  assert.equal(cache.size, 2)
  assert.throws(() => cache.parse(key(0)), RangeError)
  assert.equal(cache.size, 2)
  cache.parse(key(1))
  assert.equal(parsed, 4)
})
