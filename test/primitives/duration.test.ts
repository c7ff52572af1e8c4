import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from '../../src/primitives/duration.ts'

test('a duration is a whole number of seconds, minutes, hours or days', () => {
  assert.deepEqual(['90s', '10m', '2h', '1d'].map(parseDuration), [90_000, 600_000, 7_200_000, 86_400_000])
})

test('what has no unit, no number, or no end is no duration', () => {
  for (const text of ['', '10', 'm', '0s', '-1s', '1.5h', '10 m', '10M', '1w', '1000000d', '600 blocks']) {
    assert.equal(parseDuration(text), null, text)
  }
})
