import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LagMeter } from '../src/lag-meter.ts'

test('knows no lag before it has seen both heads', () => {
  const meter = new LagMeter()
  assert.equal(meter.observe({ rollup: 'app', number: 7, rung: 'soft' }), null)
  assert.equal(meter.observe({ rollup: 'app', number: 5, rung: 'beacon' }), 2)
})

test('keeps rollups apart, and ignores higher rungs', () => {
  const meter = new LagMeter()
  meter.observe({ rollup: 'app', number: 5, rung: 'beacon' })
  assert.equal(meter.observe({ rollup: 'game', number: 9, rung: 'soft' }), null)
  assert.equal(meter.observe({ rollup: 'app', number: 6, rung: 'soft' }), 1)
  assert.equal(meter.observe({ rollup: 'app', number: 3, rung: 'final' }), 1)
})
