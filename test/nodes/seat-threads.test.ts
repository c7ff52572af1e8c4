import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { SeatThreads } from '../../src/nodes/seat-threads.ts'

function setUp() {
  const scheduled: (() => void)[] = []
  const timers = {
    schedule(_delayMs: number, callback: () => void) {
      scheduled.push(callback)
      return () => void scheduled.splice(scheduled.indexOf(callback), 1)
    },
  }
  const start = () => new Worker(new URL('./seat-thread.ts', import.meta.url))
  const threads = new SeatThreads(start, timers)
  return { threads, scheduled }
}

test('a thread made ahead of its need is the one that is taken, and there is one at most', async () => {
  const { threads, scheduled } = setUp()
  threads.prepare()
  threads.prepare()
  assert.equal(scheduled.length, 1)
  const [first, second] = [threads.take(), threads.take()]
  assert.notEqual(first, second)
  assert.deepEqual(scheduled, [], 'a thread that was taken stays')
  await Promise.all([first.terminate(), second.terminate()])
})

test('a spare thread that nobody needs ends', async () => {
  const { threads, scheduled } = setUp()
  threads.prepare()
  scheduled[0]!()
  const taken = threads.take()
  const exited = new Promise<void>((resolve) => taken.once('exit', resolve))
  await Promise.all([exited, taken.terminate()])
  await threads.endSpare()
})
