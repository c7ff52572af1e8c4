import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlsScheme, createVoteSigner } from '../../src/platform/bls.ts'
import { rememberAggregates } from '../../src/platform/remembered-aggregates.ts'

const bls = createBlsScheme()
const signers = [1, 2, 3].map((seed) => createVoteSigner(new Uint8Array(32).fill(seed)))
const keys = signers.map(({ publicKey }) => publicKey)
const message = new Uint8Array(32).fill(9)
const aggregate = bls.aggregate(signers.map((signer) => signer.sign(message)))!

function countingScheme(rememberedMax?: number) {
  let checks = 0
  const scheme = rememberAggregates(
    {
      ...bls,
      verifyAggregate: (...args) => {
        checks++
        return bls.verifyAggregate(...args)
      },
    },
    rememberedMax,
  )
  return { scheme, checks: () => checks }
}

test('an aggregate that held is not verified again', () => {
  const { scheme, checks } = countingScheme()
  for (let i = 0; i < 3; i++) assert.ok(scheme.verifyAggregate(keys, message, aggregate))
  assert.equal(checks(), 1)
})

test('one that held says nothing of other keys, messages or signatures', () => {
  const { scheme } = countingScheme()
  assert.ok(scheme.verifyAggregate(keys, message, aggregate))
  assert.ok(!scheme.verifyAggregate(keys.slice(1), message, aggregate))
  assert.ok(!scheme.verifyAggregate([...keys, keys[0]!], message, aggregate))
  assert.ok(!scheme.verifyAggregate(keys, message.with(0, 1), aggregate))
  assert.ok(!scheme.verifyAggregate(keys, message, aggregate.with(95, aggregate[95]! ^ 1)))
})

test('a forgery is judged anew each time, and the oldest is forgotten first', () => {
  const { scheme, checks } = countingScheme(1)
  for (let i = 0; i < 2; i++) assert.ok(!scheme.verifyAggregate(keys.slice(1), message, aggregate))
  assert.equal(checks(), 2)
  const other = bls.aggregate(signers.map((signer) => signer.sign(message.with(0, 1))))!
  assert.ok(scheme.verifyAggregate(keys, message, aggregate))
  assert.ok(scheme.verifyAggregate(keys, message.with(0, 1), other))
  assert.ok(scheme.verifyAggregate(keys, message, aggregate))
  assert.equal(checks(), 5)
})
