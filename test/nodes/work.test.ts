import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Work } from '../../src/nodes/work.ts'
import { instanceOf } from './rig.ts'

const NOTHING = { transactions: null, firstBlock: null }

test('transactions are work on a chain with instant blocks, and wait for the period on another', () => {
  const waiting = { transactions: 500, firstBlock: null }
  assert.equal(new Work(true).since(instanceOf(1), waiting), 500)
  assert.equal(new Work(true).since(instanceOf(1), NOTHING), null)
  assert.equal(new Work(false).since(instanceOf(1), waiting), null)
})

for (const isInstant of [true, false]) {
  const kind = isInstant ? 'instant' : 'periodic'

  test(`an epoch that has passed is work until the instance has ended, ${kind}`, () => {
    const work = new Work(isInstant)
    work.beaconReached(1, 100)
    assert.equal(work.since(instanceOf(1), NOTHING), null)
    work.beaconReached(2, 200)
    work.beaconReached(2, 300)
    assert.equal(work.since(instanceOf(1), NOTHING), 200)
    assert.equal(work.since(instanceOf(2), NOTHING), null)
    assert.equal(work.since(null, NOTHING), null)
  })

  test(`a rollup's first block is work, ${kind}`, () => {
    assert.equal(new Work(isInstant).since(instanceOf(1), { transactions: null, firstBlock: 7 }), 7)
  })
}

test('what has waited longest counts', () => {
  const work = new Work(true)
  work.beaconReached(2, 200)
  assert.equal(work.since(instanceOf(1), { transactions: 150, firstBlock: null }), 150)
  assert.equal(work.since(instanceOf(1), { transactions: 250, firstBlock: 220 }), 200)
})
