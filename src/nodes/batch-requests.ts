/** Questions to seats for batches, each waiting for its answer, but not for ever. */

import type { Timers } from '../platform/ports.ts'
import type { SeatBatch } from './seat-messages.ts'

const TIMEOUT_MS = 2_000

export class BatchRequests {
  readonly #timers: Timers
  readonly #waiting = new Map<number, (batch: SeatBatch | null) => void>()
  #lastId = 0

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** `ask` sends the question under the id that its answer will have. Null if no answer came in time. */
  make(ask: (id: number) => void): Promise<SeatBatch | null> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      const cancel = this.#timers.schedule(TIMEOUT_MS, () => this.answered(id, null))
      this.#waiting.set(id, (batch) => {
        cancel()
        resolve(batch)
      })
      ask(id)
    })
  }

  answered(id: number, batch: SeatBatch | null): void {
    const resolve = this.#waiting.get(id)
    this.#waiting.delete(id)
    resolve?.(batch)
  }
}
