/**
 * One life of a simulated process, or of a thread in it. When it is killed everything in it stops where it stands: no callback runs any more,
 * and what it waits for never comes. While it is paused what is due in it waits.
 */

import type { Timers } from '../platform/ports.ts'
import type { LocalTime } from '../platform/simulated/local-time.ts'
import type { SimulatedTime } from '../platform/simulated/time.ts'

export class SimulatedProcess implements Timers {
  readonly clock: LocalTime
  readonly #time: SimulatedTime
  readonly #parent: SimulatedProcess | null
  #isKilled = false
  /** What became due while it was paused; null while it isn't. */
  #held: (() => void)[] | null = null

  constructor(time: SimulatedTime, clock: LocalTime, parent: SimulatedProcess | null = null) {
    this.clock = clock
    this.#time = time
    this.#parent = parent
  }

  get isAlive(): boolean {
    return !this.#isKilled && (this.#parent?.isAlive ?? true)
  }

  get isPaused(): boolean {
    return this.#held !== null
  }

  /** A thread, which ends with its process. */
  thread(): SimulatedProcess {
    return new SimulatedProcess(this.#time, this.clock, this)
  }

  kill(): void {
    this.#isKilled = true
  }

  /** As by SIGSTOP. */
  pause(): void {
    this.#held ??= []
  }

  /** As by SIGCONT. */
  resume(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const run of held) this.enter(run)
  }

  /** Runs the callback as an event in this process: at once, when it is resumed, or never. */
  enter(callback: () => void): void {
    if (!this.isAlive) return
    const held = this.#parent === null ? this.#held : this.#parent.#held
    if (held !== null) {
      held.push(callback)
      return
    }
    this.#time.awaitPromises()
    callback()
  }

  /** After so long by the machine's clock. */
  schedule(delayMs: number, callback: () => void): () => void {
    return this.after(this.clock.trueDelayMs(delayMs), callback)
  }

  /** After so long in truth: for what happens to the process rather than in it. */
  after(delayMs: number, callback: () => void): () => void {
    return this.#time.schedule(delayMs, () => this.enter(callback))
  }

  /** Never resolves if the process is killed meanwhile. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve))
  }
}
