import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TypedDataEncoder, Wallet } from 'ethers'
import fc from 'fast-check'
import type { Action } from '../../src/beacon/action-types.ts'
import {
  actionDigest,
  actionTypedData,
  decodeAction,
  encodeAction,
  recoverActionSender,
} from '../../src/beacon/actions.ts'
import { recoverAddress } from '../../src/platform/secp256k1.ts'
import { fromHex, toHex } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { rollupId } from '../../src/primitives/ids.ts'
import { alice, bob, rollupSpec, signAction } from './fixture.ts'

const NETWORK = { chainId: 7_700_000, genesisHash: keccakHex(Uint8Array.of(1)), forkId: 3 }

const ACTIONS: readonly Action[] = [
  { type: 'transfer', nonce: 0, to: bob.address, amount: (1n << 128n) - 1n },
  { type: 'closeRollup', nonce: 7, rollup: rollupId(3) },
  { type: 'registerRollup', nonce: 1, spec: rollupSpec() },
  {
    type: 'registerRollup',
    nonce: Number.MAX_SAFE_INTEGER,
    spec: rollupSpec({
      devMethods: false,
      lifetimeBlocks: 1200,
      minStake: 5n,
      alloc: [
        { address: `0x${'00'.repeat(19)}01`, balance: 1n },
        { address: bob.address, balance: 0n },
      ],
    }),
  },
]

for (const action of ACTIONS) {
  test(`ethers and we hash ${action.type} with nonce ${action.nonce} alike`, () => {
    const { domain, types, message } = actionTypedData(NETWORK, action)
    const mutable = Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]))
    assert.equal(toHex(actionDigest(NETWORK, action)), TypedDataEncoder.hash(domain, mutable, message))
  })
}

test('an action signed by an ethers wallet is from that wallet', async () => {
  const wallet = new Wallet(toHex(alice.key))
  for (const action of ACTIONS) {
    const { domain, types, message } = actionTypedData(NETWORK, action)
    const mutable = Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]))
    const signature = fromHex(await wallet.signTypedData(domain, mutable, message))
    const signed = decodeAction(encodeAction(action, signature))
    assert.deepEqual(signed.action, action)
    assert.equal(recoverActionSender(NETWORK, signed, recoverAddress), alice.address)
  }
})

test('an action is bound to its network and fork', () => {
  const signed = signAction(NETWORK, ACTIONS[0]!, alice.key)
  assert.equal(recoverActionSender(NETWORK, signed, recoverAddress), alice.address)
  for (const other of [{ forkId: 4 }, { chainId: 1 }, { genesisHash: keccakHex(Uint8Array.of(2)) }]) {
    assert.notEqual(recoverActionSender({ ...NETWORK, ...other }, signed, recoverAddress), alice.address)
  }
})

test('the second signature that the curve allows is refused', () => {
  const { action, signature } = signAction(NETWORK, ACTIONS[0]!, alice.key)
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const high = (order - BigInt(toHex(signature.subarray(32, 64)))).toString(16).padStart(64, '0')
  const malleated = Uint8Array.from([
    ...signature.subarray(0, 32),
    ...fromHex(`0x${high}`),
    signature[64] === 27 ? 28 : 27,
  ])
  const signed = decodeAction(encodeAction(action, malleated))
  assert.equal(recoverActionSender(NETWORK, signed, recoverAddress), null)
})

test('a byte order mark before a text is part of it, so that an action keeps one wire form and one hash', () => {
  const plain = encodeAction(ACTIONS[2]!, new Uint8Array(65))
  const { name } = rollupSpec()
  const marked = Uint8Array.from([
    ...plain.subarray(0, 9),
    ...[0, 0, 0, name.length + 3],
    ...[0xef, 0xbb, 0xbf],
    ...plain.subarray(13),
  ])
  const { action, signature, hash } = decodeAction(marked)
  assert.equal(hash, decodeAction(encodeAction(action, signature)).hash)
})

test('arbitrary bytes give an action or a DecodeError', () => {
  const valid = ACTIONS.map((action) => encodeAction(action, new Uint8Array(65)))
  const mutated = fc
    .tuple(fc.constantFrom(...valid), fc.nat(), fc.nat({ max: 255 }))
    .map(([bytes, at, value]) => {
      return bytes.with(at % bytes.length, value)
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
      try {
        const { action, signature } = decodeAction(bytes)
        assert.deepEqual(encodeAction(action, signature), bytes)
      } catch (error) {
        assert.ok(error instanceof DecodeError)
      }
    }),
    { numRuns: 500, seed: 4 },
  )
})
