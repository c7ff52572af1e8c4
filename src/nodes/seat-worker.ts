/** The entry of a seat's worker thread. What arrives before the seat has started waits. */

import { parentPort, workerData } from 'node:worker_threads'
import type { BeaconError } from '../errors/beacon-error.ts'
import { Seat } from './seat.ts'
import type { FromSeat, SeatWorkerData, ToSeat } from './seat-messages.ts'

const port = parentPort!
const send = (message: FromSeat) => port.postMessage(message)
/** Ends this thread only; the validator notices, and starts the seat again. */
const fail = (error: BeaconError) => {
  throw error
}

const early: ToSeat[] = []
const keep = (message: ToSeat) => void early.push(message)
port.on('message', keep)
const seat = await Seat.start(workerData as SeatWorkerData, send, (error) => setImmediate(() => fail(error)))
port.off('message', keep)
for (const message of early) seat.handle(message)
port.on('message', (message: ToSeat) => seat.handle(message))
