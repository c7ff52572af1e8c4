import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BeaconStatusAnswer, RollupAnswer } from '../../src/cli/beacon-answers.ts'
import { rollupEnd } from '../../src/cli/rollup-end.ts'

const STATUS: BeaconStatusAnswer = {
  epoch: 3,
  head: { height: 100, time: Date.UTC(2026, 0, 1) },
  params: { epochLength: 32, blockTimeMs: 500, jailEpochs: 8 },
}
const rollup = (registeredAt: number, lifetimeBlocks: number) =>
  ({ registeredAt, lifetimeBlocks }) as RollupAnswer

test('a rollup ends so many Beacon blocks after its registration, each of which takes its time', () => {
  assert.deepEqual(rollupEnd(rollup(90, 40), STATUS), { height: 130, about: '2026-01-01T00:00:15.000Z' })
})

test('of an end that is past it is told about when that was', () => {
  assert.deepEqual(rollupEnd(rollup(50, 10), STATUS), { height: 60, about: '2025-12-31T23:59:40.000Z' })
})

test('a rollup without a lifetime has no end', () => {
  assert.equal(rollupEnd(rollup(90, 0), STATUS), null)
})
