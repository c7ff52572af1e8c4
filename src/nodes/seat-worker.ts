/** The entry of a seat's worker thread. Its first message is what the seat is started with; what arrives before it has started waits. */

import { enableCompileCache } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import type { BeaconError } from '../errors/beacon-error.ts'
import { type FromSeat, messageBytes, type SeatWorkerData, type ToSeat } from './seat-messages.ts'

const port = parentPort!
const send = (message: FromSeat) => port.postMessage(message)
/** Ends this thread only; the validator notices, and starts the seat again. */
const fail = (error: BeaconError) =>
  setImmediate(() => {
    throw error
  })

/** Built, whatever this thread was started from. */
const components = fileURLToPath(
  new URL(extname(import.meta.url) === '.ts' ? '../../dist' : '..', import.meta.url),
)

const early: ToSeat[] = []
const keep = (message: ToSeat) => void early.push(message)
const begun = new Promise<SeatWorkerData>((resolve) => {
  port.once('message', (data: SeatWorkerData) => {
    port.on('message', keep)
    resolve(data)
  })
})
// Each thread turns its compile cache on for itself, before it loads anything large.
enableCompileCache()
const [{ Seat }, { createSeatPlatform }, { withSlowDisk }, { SharedDiskDelay }, { createLogger }] =
  await Promise.all([
    import('./seat.ts'),
    import('./system-platform.ts'),
    import('./slow-platform.ts'),
    import('../platform/slow-disk.ts'),
    import('../platform/logger.ts'),
  ])
const data = await begun
const fields = { validator: data.validator, rollup: data.spec.name }
const logger = createLogger({ level: data.logLevel, fields })
const machine = createSeatPlatform(data.dataDir, logger, components)
const platform = withSlowDisk(machine, new SharedDiskDelay(data.diskDelay))
const bytesTaken = new Int32Array(data.bytesTaken)
const seat = await Seat.start(data, { platform, send, fail })
port.off('message', keep)
for (const message of early) take(message)
port.on('message', take)

function take(message: ToSeat): void {
  Atomics.add(bytesTaken, 0, messageBytes(message))
  seat.handle(message)
}
