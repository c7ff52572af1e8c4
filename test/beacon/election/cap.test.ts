import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { computeCappedWeights } from '../../../src/beacon/election/cap.ts'

test('the examples of the design come out', () => {
  assert.deepEqual(computeCappedWeights([100n, 1n, 1n, 1n, 1n]), [1n, 1n, 1n, 1n, 1n])
  assert.deepEqual(computeCappedWeights([60n, 50n, 20n, 10n, 5n, 5n, 5n, 5n]), [
    15n,
    15n,
    15n,
    10n,
    5n,
    5n,
    5n,
    5n,
  ])
})

test('fewer than five staked validators have no weights', () => {
  assert.equal(computeCappedWeights([1n, 1n, 1n, 1n]), null)
  assert.equal(computeCappedWeights([1n, 1n, 1n, 1n, 0n]), null)
})

test('nobody holds more than a fifth, nobody gains, and the cap is the largest that keeps to it', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(1n, 1n << 90n), { minLength: 5, maxLength: 30 }), (stakes) => {
      const weights = computeCappedWeights(stakes)!
      const total = weights.reduce((sum, weight) => sum + weight, 0n)
      for (const [i, weight] of weights.entries()) {
        assert.ok(5n * weight <= total)
        assert.ok(weight <= stakes[i]! && weight > 0n)
      }
      const cap = weights.toSorted((a, b) => (a < b ? -1 : 1)).at(-1)!
      if (weights.every((weight, i) => weight === stakes[i])) return
      const higher = stakes.reduce((sum, stake) => sum + (stake < cap + 1n ? stake : cap + 1n), 0n)
      assert.ok(5n * (cap + 1n) > higher)
    }),
    { numRuns: 300, seed: 1 },
  )
})
