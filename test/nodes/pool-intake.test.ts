import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PoolAdmission, PoolItem } from '../../src/beacon/pool.ts'
import { IGNORED_MS, ITEMS_PER_SECOND, PoolIntake } from '../../src/nodes/pool-intake.ts'
import { silent } from './rig.ts'

const RECORD: PoolItem = { type: 'record', bytes: Uint8Array.of(1) }

function createIntake(admission: PoolAdmission = { ok: true }) {
  const taken: PoolItem[] = []
  let now = 1_000_000
  const pool = {
    addItem(item: PoolItem) {
      taken.push(item)
      assert.ok(intake.isTaking)
      return admission
    },
  }
  const intake: PoolIntake = new PoolIntake(pool, { now: () => now }, silent)
  return { intake, taken, pass: (ms: number) => (now += ms) }
}

describe("what peers send for the Beacon Layer's pool", () => {
  test('is told apart from what is made here', () => {
    const { intake, taken } = createIntake()
    intake.take('0xaa', RECORD)
    assert.deepEqual(taken, [RECORD])
    assert.equal(intake.isTaking, false)
  })

  test('is looked at so many times a second for each peer', () => {
    const { intake, taken, pass } = createIntake()
    for (let i = 0; i < 2 * ITEMS_PER_SECOND; i++) intake.take('0xaa', RECORD)
    assert.equal(taken.length, ITEMS_PER_SECOND)
    intake.take('0xbb', RECORD)
    assert.equal(taken.length, ITEMS_PER_SECOND + 1)
    pass(1_000)
    intake.take('0xaa', RECORD)
    assert.equal(taken.length, ITEMS_PER_SECOND + 2)
  })

  for (const reason of ['MALFORMED', 'BAD_SIGNATURE', 'INVALID_CERTIFICATE', 'NOT_AN_OFFENCE'] as const) {
    test(`is not looked at for a while after something that no honest node passes on: ${reason}`, () => {
      const { intake, taken, pass } = createIntake({ ok: false, reason } as PoolAdmission)
      intake.take('0xaa', RECORD)
      intake.take('0xaa', RECORD)
      assert.equal(taken.length, 1)
      intake.take('0xbb', RECORD)
      assert.equal(taken.length, 2)
      pass(IGNORED_MS)
      intake.take('0xaa', RECORD)
      assert.equal(taken.length, 3)
    })
  }

  for (const reason of [
    'ALREADY_KNOWN',
    'STALE',
    'UNKNOWN_INSTANCE',
    'TOO_FAR_AHEAD',
    'POOL_FULL',
  ] as const) {
    test(`may be refused for what only depends on how far we are: ${reason}`, () => {
      const { intake, taken } = createIntake({ ok: false, reason } as PoolAdmission)
      intake.take('0xaa', RECORD)
      intake.take('0xaa', RECORD)
      assert.equal(taken.length, 2)
    })
  }
})
