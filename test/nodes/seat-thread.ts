/** A worker thread that misbehaves as a seat might: does what the rollup's name says, and reports each start. */

import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import type { FromSeat, SeatWorkerData, ToSeat } from '../../src/nodes/seat-messages.ts'

const port = parentPort!
const [{ spec }] = (await once(port, 'message')) as [SeatWorkerData]
const send = (message: FromSeat) => port.postMessage(message)

send({ type: 'ready', rpcUrl: 'http://127.0.0.1:1' })
if (spec.name === 'fails') throw new Error('as it was told')
if (spec.name === 'is-outdated') send({ type: 'outdated' })
if (spec.name === 'hangs') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
port.on('message', (message: ToSeat) => {
  if (message.type !== 'stop') return
  if (spec.name === 'ignores-stop') return
  send({ type: 'stopped' })
})
