import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trendOf } from './trend.ts'

const MINUTE_MS = 60_000

test('a trend is the line of least squares, by the hour', () => {
  const samples = [10, 14, 12, 16].map((value, i) => ({ at: i * MINUTE_MS, value }))
  assert.deepEqual(trendOf(samples), { first: 10, highest: 16, last: 16, perHour: 96, minutes: 3 })
})

test('two samples make no trend', () => {
  const samples = [10, 20].map((value, i) => ({ at: i * MINUTE_MS, value }))
  assert.equal(trendOf(samples).perHour, null)
})
