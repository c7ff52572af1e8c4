import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Work } from '../../src/nodes/work.ts'
import { instanceOf } from './rig.ts'

test('transactions are work on a chain with instant blocks, and wait for the period on another', () => {
  assert.equal(new Work(true).since(instanceOf(1), 500), 500)
  assert.equal(new Work(true).since(instanceOf(1), null), null)
  assert.equal(new Work(false).since(instanceOf(1), 500), null)
})

for (const isInstant of [true, false]) {
  test(`an epoch that has passed is work until the instance has ended, ${isInstant ? 'instant' : 'periodic'}`, () => {
    const work = new Work(isInstant)
    work.beaconReached(1, 100)
    assert.equal(work.since(instanceOf(1), null), null)
    work.beaconReached(2, 200)
    work.beaconReached(2, 300)
    assert.equal(work.since(instanceOf(1), null), 200)
    assert.equal(work.since(instanceOf(2), null), null)
    assert.equal(work.since(null, null), null)
  })
}

test('what has waited longest counts', () => {
  const work = new Work(true)
  work.beaconReached(2, 200)
  assert.equal(work.since(instanceOf(1), 150), 150)
  assert.equal(work.since(instanceOf(1), 250), 200)
})
