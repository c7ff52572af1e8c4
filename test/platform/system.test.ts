import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock, systemRandom, systemTimers } from '../../src/platform/system.ts'

test('a timer runs once, a cancelled one never', async () => {
  const ran: string[] = []
  const cancel = systemTimers.schedule(0, () => ran.push('cancelled'))
  cancel()
  await new Promise<void>((resolve) => {
    systemTimers.schedule(1, () => {
      ran.push('kept')
      resolve()
    })
  })
  cancel()
  assert.deepEqual(ran, ['kept'])
})

test('a delay beyond what setTimeout can count does not fire at once', async () => {
  let hasFired = false
  const cancel = systemTimers.schedule(Number.MAX_SAFE_INTEGER, () => {
    hasFired = true
  })
  await new Promise<void>((resolve) => systemTimers.schedule(5, resolve))
  cancel()
  assert.equal(hasFired, false)
})

test('the clock counts Unix milliseconds and random bytes differ', () => {
  assert.ok(systemClock.now() > Date.parse('2024-01-01'))
  assert.notDeepEqual(systemRandom.bytes(32), systemRandom.bytes(32))
  assert.equal(systemRandom.bytes(7).length, 7)
})
