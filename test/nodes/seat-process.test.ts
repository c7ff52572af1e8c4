import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { FromSeat, SeatWorkerData } from '../../src/nodes/seat-messages.ts'
import { RESTART_MS_MAX, RESTART_MS_MIN, restartDelayMs, SeatProcess } from '../../src/nodes/seat-process.ts'
import type { Logger } from '../../src/platform/ports.ts'
import { systemClock } from '../../src/platform/system.ts'
import { instanceOf, silent } from './rig.ts'

interface Scheduled {
  readonly delayMs: number
  readonly callback: () => void
}

/** A seat process whose thread does what `deed` says; its timers run only when told. */
function createSeat(deed: string) {
  const scheduled: Scheduled[] = []
  const warnings: string[] = []
  const logger: Logger = { ...silent, warn: (_, message) => void warnings.push(message) }
  let starts = 0
  let downs = 0
  let changed = Promise.withResolvers<void>()
  const note = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const seat = new SeatProcess({
    name: deed,
    startThread: () => new Worker(new URL('./seat-thread.ts', import.meta.url)),
    describe: () => ({ spec: { name: deed } }) as unknown as Omit<SeatWorkerData, 'bytesTaken'>,
    clock: systemClock,
    timers: {
      schedule(delayMs, callback) {
        const entry = { delayMs, callback }
        scheduled.push(entry)
        note()
        return () => void scheduled.splice(scheduled.indexOf(entry), 1)
      },
    },
    logger,
    onMessage: (message: FromSeat) => {
      if (message.type === 'ready') starts++
      note()
    },
    onDown: () => {
      downs++
      note()
    },
  })
  const until = async (isReached: () => boolean) => {
    while (!isReached()) await changed.promise
  }
  const runTimer = () => scheduled.shift()!.callback()
  return { seat, scheduled, warnings, until, runTimer, starts: () => starts, downs: () => downs }
}

describe("a seat's thread", () => {
  test('ends when it is asked to, and is not started again', async () => {
    const { seat, until, starts, downs, scheduled } = createSeat('behaves')
    await until(() => starts() === 1)
    await seat.stop()
    assert.equal(downs(), 1)
    assert.deepEqual(scheduled, [])
  })

  test('that does not end when it is asked to is ended', async () => {
    const { seat, until, runTimer, starts, scheduled } = createSeat('ignores-stop')
    await until(() => starts() === 1)
    const stopped = seat.stop()
    assert.equal(scheduled.length, 1)
    runTimer()
    await stopped
  })

  test('that fails is started again, later each time', async () => {
    const { seat, until, runTimer, starts, scheduled } = createSeat('fails')
    const delays: number[] = []
    for (let failures = 1; failures <= 3; failures++) {
      await until(() => scheduled.length === 1 && starts() === failures)
      delays.push(scheduled[0]!.delayMs)
      if (failures < 3) runTimer()
    }
    assert.deepEqual(delays, [RESTART_MS_MIN, 2 * RESTART_MS_MIN, 4 * RESTART_MS_MIN])
    await seat.stop()
    assert.deepEqual(scheduled, [], 'not after it was stopped')
    assert.equal(restartDelayMs(50), RESTART_MS_MAX)
  })

  test('whose chain has to be cut is started again at once', async () => {
    const { seat, until, starts, scheduled } = createSeat('is-outdated')
    await until(() => starts() === 2)
    assert.ok(scheduled.every(({ delayMs }) => delayMs !== RESTART_MS_MIN))
    await seat.stop()
  })

  test('that hangs lets a bounded number of bytes wait', async () => {
    const { seat, until, runTimer, starts, warnings } = createSeat('hangs')
    await until(() => starts() === 1)
    const bytes = new Uint8Array(4 * 1024 * 1024)
    for (let i = 0; i < 20; i++) {
      seat.post({ type: 'consensus', from: '0xaa', instance: instanceOf(0), bytes })
    }
    assert.equal(warnings.length, 1)
    const stopped = seat.stop()
    runTimer()
    await stopped
  })
})
