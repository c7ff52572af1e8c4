/**
 * A seat's thread without a thread: the same seat, in the same process, reached by messages that take a moment. When it is terminated, or
 * its seat fails, it stops where it stands and lets go of its stores.
 */

import { EventEmitter } from 'node:events'
import type { SeatPlatform } from '../nodes/node-platform.ts'
import { Seat } from '../nodes/seat.ts'
import { type FromSeat, messageBytes, type SeatWorkerData, type ToSeat } from '../nodes/seat-messages.ts'
import type { SeatThread } from '../nodes/seat-process.ts'
import type { SimulatedProcess } from './process.ts'

interface ThreadEvents {
  message: [FromSeat]
  error: [Error]
  exit: []
}

export interface SeatThreadHost {
  /** Of the seat that is started with `data`, in the thread's life. */
  readonly platformOf: (data: SeatWorkerData, thread: SimulatedProcess) => SeatPlatform
  /** The thread that was started with `data` is gone. */
  readonly onGone: (data: SeatWorkerData) => void
}

export class SimulatedSeatThread extends EventEmitter<ThreadEvents> implements SeatThread {
  readonly #validator: SimulatedProcess
  readonly #thread: SimulatedProcess
  readonly #host: SeatThreadHost
  #data: SeatWorkerData | null = null
  #seat: Seat | null = null
  /** What came before the seat had started. */
  #early: ToSeat[] = []

  constructor(validator: SimulatedProcess, host: SeatThreadHost) {
    super()
    this.#validator = validator
    this.#thread = validator.thread()
    this.#host = host
  }

  postMessage(message: SeatWorkerData | ToSeat): void {
    this.#thread.after(0, () => {
      if (this.#data === null) this.#start(message as SeatWorkerData)
      else if (this.#seat === null) this.#early.push(message as ToSeat)
      else this.#take(this.#seat, message as ToSeat)
    })
  }

  async terminate(): Promise<void> {
    this.#end()
  }

  #start(data: SeatWorkerData): void {
    this.#data = data
    const outside = {
      platform: this.#host.platformOf(data, this.#thread),
      send: (message: FromSeat) => this.#emit(() => this.emit('message', message)),
      fail: (error: Error) => this.#fail(error),
    }
    Seat.start(data, outside).then(
      (seat) => {
        this.#seat = seat
        for (const message of this.#early.splice(0)) this.#take(seat, message)
      },
      (error) => this.#fail(error),
    )
  }

  /** What a thread throws ends it. */
  #take(seat: Seat, message: ToSeat): void {
    Atomics.add(new Int32Array(this.#data!.bytesTaken), 0, messageBytes(message))
    try {
      seat.handle(message)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #fail(error: Error): void {
    if (!this.#thread.isAlive) return
    this.#emit(() => this.emit('error', error))
    this.#end()
  }

  #end(): void {
    if (!this.#thread.isAlive) return
    this.#thread.kill()
    if (this.#data !== null) this.#host.onGone(this.#data)
    this.#emit(() => this.emit('exit'))
  }

  /** The validator hears of it a moment later, even if the thread is gone by then. */
  #emit(tell: () => void): void {
    this.#validator.after(0, tell)
  }
}
