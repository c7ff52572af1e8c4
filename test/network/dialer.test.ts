import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Dialer } from '../../src/network/dialer.ts'

interface Scheduled {
  readonly delayMs: number
  readonly run: () => void
}

function setUp() {
  const dialed: { port: number; ended: (openMs: number) => void }[] = []
  const timers = { scheduled: null as Scheduled | null, aborted: 0 }
  const address = (port: number) => ({ publicKey: '0xaa', host: '127.0.0.1', port }) as const
  const dialer = new Dialer(
    address(1),
    ({ port }, ended) => {
      dialed.push({ port, ended })
      return { abort: () => timers.aborted++ }
    },
    {
      random: { bytes: () => Uint8Array.of(255) },
      timers: {
        schedule(delayMs, run) {
          timers.scheduled = { delayMs, run }
          return () => {
            timers.scheduled = null
          }
        },
      },
    },
  )
  /** Ends the current attempt, gives the wait before the next one and lets it pass. */
  const fail = (openMs: number) => {
    dialed.at(-1)!.ended(openMs)
    const { delayMs, run } = timers.scheduled!
    run()
    return delayMs
  }
  return { dialer, dialed, timers, address, fail }
}

test('waits ever longer until a connection has lasted', () => {
  const { dialed, fail } = setUp()
  assert.deepEqual([fail(0), fail(0), fail(999), fail(0)], [50, 100, 200, 400])
  assert.equal(fail(1000), 50)
  assert.equal(dialed.length, 6)
})

test('a new address is tried at once while waiting, and leaves a connection alone', () => {
  const { dialer, dialed, timers, address, fail } = setUp()
  dialer.move(address(2))
  assert.deepEqual(
    dialed.map(({ port }) => port),
    [1],
  )
  fail(5000)
  assert.equal(dialed.at(-1)!.port, 2)
  dialed.at(-1)!.ended(0)
  dialer.move(address(2))
  assert.equal(dialed.length, 2)
  dialer.move(address(3))
  assert.equal(dialed.at(-1)!.port, 3)
  assert.equal(timers.scheduled, null)
})

test('stopping aborts an attempt, or the wait for one', () => {
  const attempting = setUp()
  attempting.dialer.stop()
  assert.equal(attempting.timers.aborted, 1)
  const waiting = setUp()
  waiting.dialed[0]!.ended(0)
  waiting.dialer.stop()
  assert.equal(waiting.timers.scheduled, null)
})
