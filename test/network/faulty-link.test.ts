import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyLink, type LinkTrouble } from '../../src/network/faulty-link.ts'
import { SeededRandom } from '../../src/platform/simulated/random.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'

/** A link under simulated time, and what has come out of it: [message, when]. */
function createLink(trouble: LinkTrouble | null) {
  const time = new SimulatedTime()
  const chance = new SeededRandom(7)
  const random = { bytes: (length: number) => Uint8Array.from({ length }, () => chance.below(256)) }
  const arrived: [number, number][] = []
  const link = new FaultyLink((message) => arrived.push([message[0]!, time.now()]), {
    clock: time,
    timers: time,
    random,
  })
  link.suffer(trouble)
  return { link, time, arrived }
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => Uint8Array.of(i))

test('a sound link passes messages on at once', () => {
  const { link, arrived } = createLink(null)
  for (const message of numbered(3)) link.carry(message)
  assert.deepEqual(arrived, [
    [0, 0],
    [1, 0],
    [2, 0],
  ])
  assert.ok(link.isSound && !link.hasLost)
})

test('a slow link delivers each message after its delay, in their order whatever the jitter', async () => {
  const { link, time, arrived } = createLink({ delayMs: 200, jitterMs: 150, lossPercent: 0 })
  for (const message of numbered(100)) {
    link.carry(message)
    await time.run(time.now() + 1)
  }
  await time.run(1_000)
  assert.deepEqual(
    arrived.map(([message]) => message),
    [...numbered(100).keys()],
  )
  const delays = arrived.map(([message, at]) => at - message)
  assert.ok(delays.every((delay) => delay >= 50 && delay <= 350))
  assert.ok(new Set(delays).size > 10, 'they differ')
})

test('what is late still comes in order when the link is mended', async () => {
  const { link, time, arrived } = createLink({ delayMs: 100, jitterMs: 0, lossPercent: 0 })
  link.carry(Uint8Array.of(1))
  link.suffer(null)
  link.carry(Uint8Array.of(2))
  assert.ok(!link.isSound)
  await time.run(100)
  assert.deepEqual(arrived, [
    [1, 100],
    [2, 100],
  ])
  assert.ok(link.isSound)
})

test('a lossy link loses about as many as it is told to, and knows that it has', async () => {
  const { link, arrived } = createLink({ delayMs: 0, jitterMs: 0, lossPercent: 30 })
  for (let i = 0; i < 1_000; i++) link.carry(Uint8Array.of(1))
  assert.ok(arrived.length > 640 && arrived.length < 760, `${arrived.length} of 1,000`)
  assert.ok(link.hasLost)
  const cut = createLink({ delayMs: 0, jitterMs: 0, lossPercent: 100 })
  for (const message of numbered(100)) cut.link.carry(message)
  assert.deepEqual(cut.arrived, [])
})

test('what waits is bounded: more than that is lost', async () => {
  const { link, time, arrived } = createLink({ delayMs: 10, jitterMs: 0, lossPercent: 0 })
  for (let i = 0; i < 9; i++) link.carry(new Uint8Array(4 * 1024 * 1024))
  await time.run(10)
  assert.equal(arrived.length, 8)
  assert.ok(link.hasLost)
})

test('nothing outlives its connection', async () => {
  const { link, time, arrived } = createLink({ delayMs: 10, jitterMs: 0, lossPercent: 0 })
  link.carry(Uint8Array.of(1))
  link.reset()
  link.carry(Uint8Array.of(2))
  await time.run(100)
  assert.deepEqual(arrived, [[2, 10]])
})
