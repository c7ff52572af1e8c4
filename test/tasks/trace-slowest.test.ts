import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TransactionStatus } from '../../src/cli/find-transaction.ts'
import { measure } from '../../src/tasks/trace-slowest.ts'

function status(times: TransactionStatus['times']): TransactionStatus {
  return { hash: '0x1', rung: 'beacon', block: { number: 7, hash: '0x2', index: 0 }, times, signers: null }
}

test('measures from the first known rung to the one that is asked for, and names the slowest step', () => {
  const times = { proposed: 100, notarized: 130, soft: 200, beacon: 900 }
  assert.deepEqual(measure(status(times), 'app', 'beacon'), {
    tx: '0x1',
    rollup: 'app',
    block: 7,
    latencyMs: 800,
    slowestStep: { from: 'soft', to: 'beacon', ms: 700 },
  })
  assert.equal(measure(status(times), 'app', 'soft')!.latencyMs, 100)
})

test('measures nothing where a time is not known', () => {
  assert.equal(measure(status({ proposed: 100 }), 'app', 'soft'), null)
  assert.equal(measure(status({ soft: 100 }), 'app', 'soft'), null)
  assert.equal(measure(status({}), 'app', 'soft'), null)
})
