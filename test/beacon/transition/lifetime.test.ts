import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Action } from '../../../src/beacon/action-types.ts'
import { LIFETIME_BLOCKS_MAX, LIFETIME_BLOCKS_MIN } from '../../../src/beacon/rollup-rules.ts'
import { epoch, rollupId } from '../../../src/primitives/ids.ts'
import type { RollupSpec } from '../../../src/primitives/rollup-spec.ts'
import { alice, createGenesis, RollupChain, rollupSpec } from '../fixture.ts'
import { Ledger, ofType } from './ledger.ts'

const PARAMS = { epochLength: 16, closeAfterBlocks: 2, openAfterBlocks: 3 }
const ROLLUP = rollupId(1)

const register = (nonce: number, fields: Partial<RollupSpec>): Action => ({
  type: 'registerRollup',
  nonce,
  spec: rollupSpec(fields),
})

/** With one rollup, registered in block 3. */
function start(lifetimeBlocks: number) {
  const ledger = new Ledger(createGenesis({ params: PARAMS }))
  ledger.advanceTo(2)
  ledger.apply({ actions: [ledger.sign(register(0, { lifetimeBlocks }), alice)] })
  return ledger
}

test('a rollup ends with exactly the block of its lifetime, just as if it were closed', () => {
  const ledger = start(10)
  assert.deepEqual(ofType(ledger.advanceTo(12), 'rollupClosed'), [])
  assert.ok(ledger.state.rollup(ROLLUP)!.isAlive)
  const { events } = ledger.apply()
  assert.deepEqual(
    ofType(events, 'rollupClosed').map(({ rollup }) => [rollup.id, rollup.isAlive]),
    [[1, false]],
  )
  assert.deepEqual(
    ofType(events, 'closed').map(({ instance }) => instance),
    [{ rollup: ROLLUP, epoch: epoch(0), sub: 0 }],
  )
  assert.deepEqual(ledger.state.aliveRollups(), [])
  assert.deepEqual(ledger.advanceTo(40), [])
})

test('a rollup without a lifetime goes on', () => {
  const ledger = start(0)
  assert.deepEqual(ofType(ledger.advanceTo(60), 'rollupClosed'), [])
})

test("a genesis rollup's lifetime counts from genesis, others are left alone", () => {
  const rollups = [rollupSpec({ lifetimeBlocks: 20 }), rollupSpec({ name: 'stays', chainId: 7_700_002 })]
  const ledger = new Ledger(createGenesis({ params: PARAMS, rollups }))
  assert.deepEqual(ofType(ledger.advanceTo(19), 'rollupClosed'), [])
  assert.equal(ofType(ledger.apply().events, 'rollupClosed').length, 1)
  assert.deepEqual(ledger.state.aliveRollups(), [2])
})

test('its last blocks are recorded for a while after its end, and then no more', () => {
  const ledger = start(8)
  ledger.advanceTo(10)
  const instance = ledger.state.instanceStatus(ROLLUP)!.instance
  assert.deepEqual(instance, { rollup: ROLLUP, epoch: epoch(0), sub: 0 })
  const chain = new RollupChain(instance)
  const committee = ledger.committee(instance)
  const next = () => chain.record(committee, [chain.next(ledger.reference)])
  ledger.apply({ records: [next()] })
  assert.equal(ledger.state.instanceStatus(ROLLUP)!.closedAt, 11)
  ledger.advanceTo(13)
  assert.equal(ofType(ledger.apply({ records: [next()] }).events, 'recorded').length, 1)
  const late = ledger.try(ledger.input({ records: [next()] }))
  assert.deepEqual(late, { ok: false, reason: 'CLOSED' })
})

test('its name and its chain id stay taken, and its owner has nothing left to close', () => {
  const ledger = start(8)
  ledger.advanceTo(11)
  const actions: Action[] = [
    register(1, { chainId: 7_700_002 }),
    register(2, { name: 'other' }),
    { type: 'closeRollup', nonce: 3, rollup: ROLLUP },
  ]
  const { receipts } = ledger.apply({ actions: actions.map((action) => ledger.sign(action, alice)) })
  assert.deepEqual(
    receipts.map(({ refusal }) => refusal),
    ['NAME_TAKEN', 'CHAIN_ID_TAKEN', 'ALREADY_CLOSED'],
  )
})

test('whoever closes it earlier ends it once', () => {
  const ledger = start(8)
  ledger.apply({ actions: [ledger.sign({ type: 'closeRollup', nonce: 1, rollup: ROLLUP }, alice)] })
  assert.deepEqual(ofType(ledger.advanceTo(20), 'rollupClosed'), [])
})

test('a lifetime is within its bounds, or none', () => {
  const ledger = new Ledger(createGenesis({ params: PARAMS }))
  const wrong = [1, LIFETIME_BLOCKS_MIN - 1, LIFETIME_BLOCKS_MAX + 1, 0xffff_ffff]
  const right = [0, LIFETIME_BLOCKS_MIN, LIFETIME_BLOCKS_MAX]
  const actions = [...wrong, ...right].map((lifetimeBlocks, i) =>
    ledger.sign(register(i, { lifetimeBlocks, name: `r${i}`, chainId: 7_700_001 + i }), alice),
  )
  assert.deepEqual(
    ledger.apply({ actions }).receipts.map(({ refusal }) => refusal),
    [...wrong.map(() => 'INVALID_LIFETIME'), ...right.map(() => null)],
  )
})
