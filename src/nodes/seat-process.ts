/**
 * The worker thread of one seat: started, restarted when it fails, stopped. A seat that fails takes down nothing but itself; one that hangs
 * may keep messages waiting up to a bound, beyond which those that peers repeat anyway are dropped.
 */

import type { Clock, Logger, Timers } from '../platform/ports.ts'
import { type FromSeat, messageBytes, type SeatWorkerData, type ToSeat } from './seat-messages.ts'

/** A seat's thread as its validator sees it; a worker thread is one. */
export interface SeatThread {
  postMessage(message: SeatWorkerData | ToSeat): void
  /** Ends it at once. */
  terminate(): Promise<unknown>
  on(event: 'message', listener: (message: FromSeat) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  once(event: 'exit', listener: () => void): unknown
}

export interface SeatProcessOptions {
  readonly name: string
  readonly startThread: () => SeatThread
  /** Asked for at each start. */
  readonly describe: () => Omit<SeatWorkerData, 'bytesTaken'>
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  readonly onMessage: (message: FromSeat) => void
  /** The thread has ended; another will be started unless the seat was stopped. */
  readonly onDown: () => void
}

/** A failed seat is started again after this, doubled with each failure in a row... */
export const RESTART_MS_MIN = 250
export const RESTART_MS_MAX = 30_000
/** ...of seats that didn't live so long. */
const HEALTHY_MS = 10_000
const STOP_TIMEOUT_MS = 2_000
const WAITING_BYTES_MAX = 64 * 1024 * 1024

interface Running {
  readonly thread: SeatThread
  readonly startedAt: number
  /** Both modulo 2^32. */
  readonly bytesTaken: Int32Array
  bytesPosted: number
  isDropping: boolean
}

export class SeatProcess {
  readonly #options: SeatProcessOptions
  #running: Running | null = null
  /** In a row. */
  #failures = 0
  #cancelRestart: () => void = () => {}
  #isOutdated = false
  #isStopped = false

  constructor(options: SeatProcessOptions) {
    this.#options = options
    this.#start()
  }

  post(message: ToSeat): void {
    const running = this.#running
    if (running === null || !this.#hasRoomFor(running, message)) return
    running.thread.postMessage(message)
  }

  /** Asks the seat to end, and lets it have some time. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelRestart()
    await this.#end()
  }

  #start(): void {
    const { name, startThread, describe, clock, logger, onMessage } = this.#options
    const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    const thread = startThread()
    thread.postMessage({ ...describe(), bytesTaken: shared } satisfies SeatWorkerData)
    const bytesTaken = new Int32Array(shared)
    this.#running = { thread, startedAt: clock.now(), bytesTaken, bytesPosted: 0, isDropping: false }
    this.#isOutdated = false
    logger.info({ rollup: name }, 'a seat starts')
    thread.on('message', (message) => {
      if (message.type === 'stopped') void thread.terminate()
      else if (message.type === 'outdated') this.#renew()
      else onMessage(message)
    })
    thread.on('error', (error) =>
      logger.error({ rollup: name, error: error.stack ?? String(error) }, 'a seat failed'),
    )
    thread.once('exit', () => this.#exited())
  }

  #renew(): void {
    this.#isOutdated = true
    void this.#end()
  }

  async #end(): Promise<void> {
    const thread = this.#running?.thread
    if (thread === undefined) return
    const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
    thread.postMessage({ type: 'stop' } satisfies ToSeat)
    const cancel = this.#options.timers.schedule(STOP_TIMEOUT_MS, () => void thread.terminate())
    await exited
    cancel()
  }

  #exited(): void {
    const { clock, timers, onDown } = this.#options
    const livedMs = clock.now() - this.#running!.startedAt
    this.#running = null
    onDown()
    if (this.#isStopped) return
    if (this.#isOutdated) {
      this.#start()
      return
    }
    this.#failures = livedMs < HEALTHY_MS ? this.#failures + 1 : 1
    this.#cancelRestart = timers.schedule(restartDelayMs(this.#failures), () => this.#start())
  }

  /** Only what is repeated until it is answered may be dropped. */
  #hasRoomFor(running: Running, message: ToSeat): boolean {
    const bytes = messageBytes(message)
    if (bytes === 0) return true
    const waiting = (running.bytesPosted - Atomics.load(running.bytesTaken, 0)) | 0
    const isDropping = waiting + bytes > WAITING_BYTES_MAX
    if (isDropping && !running.isDropping) {
      this.#options.logger.warn({ rollup: this.#options.name, waiting }, 'a seat takes no messages any more')
    }
    running.isDropping = isDropping
    if (!isDropping) running.bytesPosted = (running.bytesPosted + bytes) | 0
    return !isDropping
  }
}

export function restartDelayMs(failures: number): number {
  return Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** (failures - 1))
}
