import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { elect } from '../../../src/beacon/election/draw.ts'
import { utf8 } from '../../../src/primitives/bytes.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import { rollupId } from '../../../src/primitives/ids.ts'
import { chiSquaredP, exactSetLaw, setName } from './statistics.ts'

const seedOf = (text: string | number) => keccakHex(utf8(`seed ${text}`))
const ROLLUP = rollupId(1)

test('seats and standby of pinned draws stay what they are', () => {
  const weights = [1n, 2n, 3n, 4n, 5n, 6n, 7n]
  const draws = ['a', 'b', 'c'].map((text) => elect(weights, seedOf(text), ROLLUP, 5))
  assert.deepEqual(draws, PINNED)
  assert.notDeepEqual(elect(weights, seedOf('a'), rollupId(2), 5), draws[0])
})

for (const { weights, seats, draws } of [
  { weights: [1, 2, 3, 4, 5, 6, 7], seats: 5, draws: 8_000 },
  { weights: [10, 10, 10, 10, 10, 10], seats: 5, draws: 5_000 },
  { weights: [100, 50, 20, 10, 5, 5, 5, 5], seats: 5, draws: 8_000 },
]) {
  test(`the elected sets of weights ${weights} follow the exact law`, () => {
    const counts = new Map<string, number>()
    const exact = weights.map(BigInt)
    for (let i = 0; i < draws; i++) {
      const set = setName(elect(exact, seedOf(i), ROLLUP, seats)!.seats)
      counts.set(set, (counts.get(set) ?? 0) + 1)
    }
    const p = chiSquaredP(exactSetLaw(weights, seats), counts, draws)
    assert.ok(p > 1e-6, `p = ${p}`)
  })
}

test('each validator is elected as often as the exact law says', () => {
  const weights = [1, 2, 3, 4, 5, 6, 7]
  const draws = 8_000
  const law = exactSetLaw(weights, 5)
  const seen = weights.map(() => 0)
  for (let i = 0; i < draws; i++) {
    for (const index of elect(weights.map(BigInt), seedOf(`inclusion ${i}`), ROLLUP, 5)!.seats) seen[index]!++
  }
  for (const index of weights.keys()) {
    let probability = 0
    for (const [set, p] of law) if (set.split(',').includes(String(index))) probability += p
    const deviation = Math.sqrt(draws * probability * (1 - probability))
    assert.ok(
      Math.abs(seen[index]! - draws * probability) < 5 * deviation,
      `validator ${index}: ${seen[index]}`,
    )
  }
})

test('the chi-squared test notices a draw of another law', () => {
  const weights = [1, 2, 3, 4, 5, 6, 7]
  const counts = new Map<string, number>()
  for (let i = 0; i < 8_000; i++) {
    const set = setName(elect(Array(7).fill(1n), seedOf(i), ROLLUP, 5)!.seats)
    counts.set(set, (counts.get(set) ?? 0) + 1)
  }
  assert.ok(chiSquaredP(exactSetLaw(weights, 5), counts, 8_000) < 1e-6)
})

test('seats and standby are distinct, have weight, and are as many as asked for', () => {
  const cases = fc.record({
    weights: fc.array(fc.bigInt(0n, 1n << 96n), { minLength: 5, maxLength: 40 }),
    seats: fc.integer({ min: 1, max: 17 }),
    seed: fc.string(),
  })
  fc.assert(
    fc.property(cases, ({ weights, seats, seed }) => {
      const candidates = weights.filter((weight) => weight > 0n).length
      const elected = elect(weights, seedOf(seed), ROLLUP, seats)
      if (candidates < seats) return elected === null
      const all = [...elected!.seats, ...elected!.standby]
      return (
        elected!.seats.length === seats &&
        elected!.standby.length === Math.min(3, candidates - seats) &&
        new Set(all).size === all.length &&
        all.every((index) => weights[index]! > 0n)
      )
    }),
    { numRuns: 200, seed: 1 },
  )
})

test('validators without weight change nothing, wherever they stand', () => {
  const cases = fc.record({
    weights: fc.array(fc.bigInt(1n, 1_000n), { minLength: 5, maxLength: 12 }),
    gaps: fc.array(fc.nat({ max: 12 }), { maxLength: 8 }),
    seed: fc.string(),
  })
  fc.assert(
    fc.property(cases, ({ weights, gaps, seed }) => {
      const named = weights.map((weight, name) => ({ weight, name }))
      for (const gap of gaps) named.splice(gap % (named.length + 1), 0, { weight: 0n, name: -1 })
      const sparse = elect(
        named.map(({ weight }) => weight),
        seedOf(seed),
        ROLLUP,
        5,
      )!
      const dense = elect(weights, seedOf(seed), ROLLUP, 5)!
      assert.deepEqual(
        sparse.seats.map((index) => named[index]!.name),
        dense.seats,
      )
      assert.deepEqual(
        sparse.standby.map((index) => named[index]!.name),
        dense.standby,
      )
    }),
    { numRuns: 200, seed: 2 },
  )
})

test('one stake in four pieces wins hardly more seats than in one, by the exact law', () => {
  const expectedSeats = (weights: number[], mine: number[]) => {
    let seats = 0
    for (const [set, p] of exactSetLaw(weights, 5)) {
      seats += p * set.split(',').filter((index) => mine.includes(Number(index))).length
    }
    return seats
  }
  const whole = expectedSeats([20, 16, 16, 16, 16, 16], [0])
  const split = expectedSeats([5, 5, 5, 5, 16, 16, 16, 16, 16], [0, 1, 2, 3])
  assert.ok(whole <= 1)
  // Splitting pays, for a whole stake can hold one seat only: the record of by how much.
  assert.ok(split > 1.2 && split < 1.6, `${split}`)
})

/** Shared with whatever else implements the draw. */
const PINNED = [
  { seats: [6, 2, 4, 3, 5], standby: [1, 0] },
  { seats: [2, 0, 6, 4, 1], standby: [3, 5] },
  { seats: [5, 1, 6, 4, 3], standby: [0, 2] },
]
