import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attend, blocksMissedInARow, newPresence } from '../../../src/beacon/staking/attendance.ts'

const after = (...signed: readonly boolean[]) =>
  signed.reduce((presence, isPresent) => attend(presence, isPresent, 0n), newPresence(0))
const times = (count: number, isPresent: boolean) => Array<boolean>(count).fill(isPresent)

test('blocks missed in a row are counted from the latest one back', () => {
  assert.equal(blocksMissedInARow(after()), 0)
  assert.equal(blocksMissedInARow(after(false, false)), 2)
  assert.equal(blocksMissedInARow(after(false, false, true)), 0)
  assert.equal(blocksMissedInARow(after(false, true, false, false, false)), 3)
})

test('they are counted round the end of the ring, up to all of it', () => {
  assert.equal(blocksMissedInARow(after(...times(97, true), ...times(7, false))), 7)
  assert.equal(blocksMissedInARow(after(true, ...times(250, false))), 100)
})
