import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemTimers } from '../../../src/platform/system.ts'
import { CallRunner } from '../../../src/rollup/rpc/call.ts'
import { readCallRequest } from '../../../src/rollup/rpc/call-request.ts'
import { Turns } from '../../../src/rollup/rpc/turns.ts'
import { createEthereumjsVm } from '../../../src/rollup/vm/ethereumjs.ts'
import { CHAIN_ID, createLocalRollup } from '../local-rollup.ts'

test('calls that wait in a row let others have the thread between them', async () => {
  const { application } = await createLocalRollup()
  const { state, header } = application.chain.head
  // Each look at the clock is 4 ms after the one before: an execution takes 4 ms, a slice is three of them.
  let now = 0
  let pauses = 0
  const turns = new Turns({
    clock: { now: () => (now += 4) },
    timers: {
      schedule: (delayMs, callback) => {
        pauses++
        return systemTimers.schedule(delayMs, callback)
      },
    },
  })
  const runner = new CallRunner(await createEthereumjsVm(CHAIN_ID), turns)
  const request = readCallRequest({ to: `0x${'66'.repeat(20)}` })
  const results = await Promise.all(
    Array.from({ length: 10 }, () => runner.call(request, { state, header }, new Map())),
  )
  assert.ok(results.every(({ outcome }) => outcome?.succeeded))
  assert.equal(pauses, 3)
})
