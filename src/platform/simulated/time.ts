/**
 * Time that passes only when nothing is left to do at the present moment: a clock and timers for a whole simulated network. What is due
 * at the same moment runs in the order in which it was scheduled.
 */

import type { Clock, Timers } from '../ports.ts'

/** More callbacks than this at one moment are a busy loop. */
const AT_ONCE_MAX = 50_000

interface Entry {
  readonly at: number
  readonly order: number
  callback: (() => void) | null
}

export class SimulatedTime implements Clock, Timers {
  #now: number
  #scheduled = 0
  #hasPromises = false
  readonly #heap: Entry[] = []

  constructor(startMs = 0) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, delayMs), order: this.#scheduled++, callback }
    this.#push(entry)
    return () => {
      entry.callback = null
    }
  }

  /** Resolves when `delayMs` have passed. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(delayMs, () => {
        this.awaitPromises()
        resolve()
      })
    })
  }

  /** To be called where a promise resolves: its continuations then run before time goes on. */
  awaitPromises(): void {
    this.#hasPromises = true
  }

  /** Runs everything that is due up to `untilMs`. */
  async run(untilMs: number): Promise<void> {
    let atOnce = 0
    await this.#settle()
    while (this.#heap.length > 0 && this.#heap[0]!.at <= untilMs) {
      const { at, callback } = this.#pop()
      if (callback === null) continue
      atOnce = at === this.#now ? atOnce + 1 : 0
      if (atOnce > AT_ONCE_MAX)
        throw new Error(`time stands still at ${at}: somebody asks to be woken at once, for ever`)
      this.#now = at
      callback()
      if (this.#hasPromises) await this.#settle()
    }
    this.#now = Math.max(this.#now, untilMs)
  }

  /** All microtasks are through when an immediate runs. */
  async #settle(): Promise<void> {
    this.#hasPromises = false
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (isBefore(heap[parent]!, entry)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = entry
  }

  #pop(): Entry {
    const heap = this.#heap
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return top
    let index = 0
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last, heap[child]!)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return top
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
