/**
 * One life of a simulated process, or of a thread in it. When it is killed everything in it stops where it stands: no callback runs any more,
 * and what it waits for never comes.
 */

import type { Timers } from '../platform/ports.ts'
import type { MachineClock } from '../platform/simulated/clock.ts'
import type { SimulatedTime } from '../platform/simulated/time.ts'

export class SimulatedProcess implements Timers {
  readonly clock: MachineClock
  readonly #time: SimulatedTime
  readonly #parent: SimulatedProcess | null
  #isKilled = false

  constructor(time: SimulatedTime, clock: MachineClock, parent: SimulatedProcess | null = null) {
    this.clock = clock
    this.#time = time
    this.#parent = parent
  }

  get isAlive(): boolean {
    return !this.#isKilled && (this.#parent?.isAlive ?? true)
  }

  /** A thread, which ends with its process. */
  thread(): SimulatedProcess {
    return new SimulatedProcess(this.#time, this.clock, this)
  }

  kill(): void {
    this.#isKilled = true
  }

  /** After so long by the machine's clock. */
  schedule(delayMs: number, callback: () => void): () => void {
    return this.after(this.clock.trueDelayMs(delayMs), callback)
  }

  /** After so long in truth: for what happens to the process rather than in it. */
  after(delayMs: number, callback: () => void): () => void {
    return this.#time.schedule(delayMs, () => {
      if (!this.isAlive) return
      this.#time.awaitPromises()
      callback()
    })
  }

  /** Never resolves if the process is killed meanwhile. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve))
  }
}
