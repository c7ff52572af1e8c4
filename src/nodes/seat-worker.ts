/** The entry of a seat's worker thread. What arrives before the seat has started waits. */

import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { BeaconError } from '../errors/beacon-error.ts'
import { type FromSeat, messageBytes, type SeatWorkerData, type ToSeat } from './seat-messages.ts'

const port = parentPort!
const data = workerData as SeatWorkerData
const bytesTaken = new Int32Array(data.bytesTaken)
const send = (message: FromSeat) => port.postMessage(message)
/** Ends this thread only; the validator notices, and starts the seat again. */
const fail = (error: BeaconError) =>
  setImmediate(() => {
    throw error
  })

const early: ToSeat[] = []
const keep = (message: ToSeat) => void early.push(message)
port.on('message', keep)
// Each thread turns its compile cache on for itself, before it loads anything large.
enableCompileCache()
const { Seat } = await import('./seat.ts')
const seat = await Seat.start(data, { send, fail })
port.off('message', keep)
for (const message of early) take(message)
port.on('message', take)

function take(message: ToSeat): void {
  Atomics.add(bytesTaken, 0, messageBytes(message))
  seat.handle(message)
}
