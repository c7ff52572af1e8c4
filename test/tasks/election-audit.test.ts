import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditDraws } from '../../src/tasks/election-audit.ts'
import { chiSquared, chiSquaredTail } from '../../src/tasks/statistics.ts'

const rollup = { id: 1, name: 'app', sequencers: 5 }
const WEIGHTS = [40n, 35n, 35n, 30n, 20n, 10n, 5n]
const weighing = (weights: readonly bigint[]) => weights.map((weight, validator) => ({ validator, weight }))

test('the tail of chi-squared is that of the tables', () => {
  for (const [value, degrees, p] of [
    [3.841, 1, 0.05],
    [6.635, 1, 0.01],
    [12.592, 6, 0.05],
    [22.458, 6, 0.001],
    [124.342, 100, 0.05],
  ] as const) {
    assert.ok(Math.abs(chiSquaredTail(value, degrees) - p) < p * 0.002, `${value} with ${degrees}`)
  }
  assert.equal(chiSquaredTail(0, 6), 1)
  assert.equal(chiSquaredTail(Number.POSITIVE_INFINITY, 6), 0)
})

test('a cell that must stay empty refutes everything once it is hit', () => {
  assert.equal(chiSquared([10, 0], [10, 0]), 0)
  assert.equal(chiSquared([9, 1], [10, 0]), Number.POSITIVE_INFINITY)
})

test('the production draw follows the weights', () => {
  const { p, degrees, validators } = auditDraws(weighing(WEIGHTS), rollup, 3_000, 'test')
  assert.equal(degrees, 6)
  assert.ok(p > 0.001, `p = ${p}`)
  for (const { validator, deviations } of validators) {
    assert.ok(Math.abs(deviations) < 4, `validator ${validator} is off by ${deviations} deviations`)
  }
  const total = validators.reduce((sum, { seats }) => sum + seats, 0)
  assert.equal(total, 3_000 * 5)
})

test('the audit refutes a draw by other weights than those that it is told', () => {
  const { validators } = auditDraws(weighing(WEIGHTS), rollup, 3_000, 'test')
  const equalShares = WEIGHTS.map(() => 3_000 / WEIGHTS.length)
  const value = chiSquared(
    validators.map(({ firstSeat }) => firstSeat),
    equalShares,
  )
  assert.ok(chiSquaredTail(value, 6) < 1e-6)
})

test('where all are drawn every time, nothing deviates', () => {
  const { validators } = auditDraws(weighing([32n, 32n, 32n, 32n, 32n]), rollup, 100, 'test')
  assert.deepEqual(
    validators.map(({ seats, deviations }) => [seats, deviations]),
    validators.map(() => [100, 0]),
  )
})

test('the same seed gives the same audit', () => {
  assert.deepEqual(
    auditDraws(weighing(WEIGHTS), rollup, 50, 'a'),
    auditDraws(weighing(WEIGHTS), rollup, 50, 'a'),
  )
  assert.notDeepEqual(
    auditDraws(weighing(WEIGHTS), rollup, 50, 'a'),
    auditDraws(weighing(WEIGHTS), rollup, 50, 'b'),
  )
})

test('too few validators are the user’s to know', () => {
  assert.throws(() => auditDraws(weighing([1n, 1n, 0n]), rollup, 10, 'a'), {
    code: 'X302',
    message: /from 2 validators/,
  })
})
