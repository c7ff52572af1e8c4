/** Executions for those who ask, one after another: a VM runs one message at a time, and everything else that the thread does must have its turn. */

import type { Clock, Timers } from '../../platform/ports.ts'

export interface TurnsPorts {
  readonly clock: Clock
  readonly timers: Timers
}

/** Executions take the thread so long at most, unless a single one takes longer; then whatever else waits has its turn. */
const SLICE_MS = 10

/** All that use one VM share it. */
export class Turns {
  readonly #ports: TurnsPorts
  #last: Promise<unknown> = Promise.resolve()
  /** What executions have taken since the last pause. */
  #tookMs = 0

  constructor(ports: TurnsPorts) {
    this.#ports = ports
  }

  /** Runs `job` when those before it are over. */
  inTurn<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(job)
    this.#last = result.catch(() => {})
    return result
  }

  /** Runs one execution of a job, after a pause if one is due. */
  async execute<Result>(execution: () => Promise<Result>): Promise<Result> {
    const { clock, timers } = this.#ports
    if (this.#tookMs >= SLICE_MS) {
      this.#tookMs = 0
      await new Promise<void>((resolve) => void timers.schedule(0, resolve))
    }
    const startedAt = clock.now()
    try {
      return await execution()
    } finally {
      this.#tookMs += clock.now() - startedAt
    }
  }
}
