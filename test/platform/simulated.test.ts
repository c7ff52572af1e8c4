/** The parts that simulations are made of: were they too kind, no run would find anything. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalTime } from '../../src/platform/simulated/local-time.ts'
import { SeededRandom } from '../../src/platform/simulated/random.ts'
import { SimulatedDisk } from '../../src/platform/simulated/record-log.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import { utf8 } from '../../src/primitives/bytes.ts'

const textsOf = (records: readonly Uint8Array[]) => records.map((record) => Buffer.from(record).toString())

test('a crash takes nothing that was synced, and of the rest all but a prefix, in every one of many ways', () => {
  const outcomes = new Set<string>()
  for (let seed = 0; seed < 200; seed++) {
    const disk = new SimulatedDisk()
    const log = disk.open()
    log.append(utf8('synced'))
    log.sync()
    for (const text of ['one', 'two']) log.append(utf8(text))
    disk.crash(new SeededRandom(seed))
    outcomes.add(textsOf(disk.open().recovered).join())
  }
  assert.deepEqual([...outcomes].sort(), ['synced', 'synced,one', 'synced,one,two'])
})

test('a disk that failed once refuses everything, and has what was synced when it is opened again', () => {
  const disk = new SimulatedDisk()
  let isFull = false
  const log = disk.open({
    before: () => {
      if (isFull) throw new Error('no space left on device')
    },
  })
  log.append(utf8('synced'))
  log.sync()
  isFull = true
  assert.throws(() => log.append(utf8('lost')), /no space left/)
  isFull = false
  assert.throws(() => log.sync(), /failed before/)
  assert.deepEqual(textsOf(disk.open().recovered), ['synced'])
})

test('a clock goes at its own rate, and timers with it', async () => {
  const time = new SimulatedTime(1000)
  const local = new LocalTime(time)
  local.setRate(2)
  let firedAt = 0
  local.schedule(100, () => {
    firedAt = time.now()
  })
  await time.run(2000)
  assert.equal(Math.round(firedAt), 1050)
  assert.equal(local.now(), 3000)
  local.setAhead(-500)
  assert.equal(local.aheadMs, -500)
})

test('a busy machine does later what came meanwhile, in order', async () => {
  const time = new SimulatedTime()
  const local = new LocalTime(time)
  const done: string[] = []
  const note = (what: string) => () => done.push(`${what} at ${time.now()}`)
  local.schedule(10, note('timer'))
  local.schedule(20, note('cancelled'))()
  local.beBusy(50)
  local.whenFree(note('message'))
  await time.run(100)
  assert.deepEqual(done, ['message at 50', 'timer at 50'])
})
