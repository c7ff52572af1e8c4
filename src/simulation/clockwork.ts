/**
 * What makes time pass in a simulated network that somebody uses from outside: it passes while somebody waits for an answer, in steps of the
 * same length, and stands still otherwise. Each question begins a step of its own. So what happens depends on what is asked and in which order,
 * and never on how fast the machine is, as long as the next question waits for the answer to the last.
 */

import type { SimulatedTime } from '../platform/simulated/time.ts'

/** What a question takes at least: who asks is not in the same room. */
const STEP_MS = 20

export class Clockwork {
  readonly #time: SimulatedTime
  /** Questions that haven't begun. */
  readonly #asked: (() => void)[] = []
  /** Questions that have begun and aren't answered. */
  #open = 0
  #isRunning = false

  constructor(time: SimulatedTime) {
    this.#time = time
  }

  /** Lets time pass until the task is done. */
  perform<Result>(task: () => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#asked.push(() => void this.#begin(task).then(resolve, reject))
      if (!this.#isRunning) void this.#run()
    })
  }

  /** Lets time pass until then, or for so long at most; says whether it is reached. */
  until(isReached: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#time.now() + limitMs
    return this.perform(async () => {
      while (!isReached() && this.#time.now() < endMs) await this.#step()
      return isReached()
    })
  }

  async #begin<Result>(task: () => Result | Promise<Result>): Promise<Result> {
    this.#open++
    this.#time.awaitPromises()
    try {
      return await task()
    } finally {
      this.#open--
    }
  }

  #step(): Promise<void> {
    return new Promise((resolve) => {
      this.#time.schedule(STEP_MS, () => {
        this.#time.awaitPromises()
        resolve()
      })
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#asked.length > 0 || this.#open > 0) {
      this.#asked.shift()?.()
      await this.#time.run(this.#time.now() + STEP_MS)
    }
    this.#isRunning = false
  }
}
