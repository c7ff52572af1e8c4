/** A network of named peers that delays, reorders, loses, duplicates and partitions, up to a moment from which on it is well. */

import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import type { SimulatedTime } from '../../../src/platform/simulated/time.ts'

export interface NetworkOptions {
  /** From this moment on nothing is lost and everything arrives within `delayMs`. */
  readonly stableAtMs: number
  readonly delayMs: number
  /** Until then: the share of messages lost, and duplicated. */
  readonly loss: number
  readonly duplication: number
  /** Until then time is cut into so many phases, in half of which the network is split in two. */
  readonly phases: number
}

export type Receiver = (from: string, bytes: Uint8Array) => void

export class SimulatedNetwork {
  messages = 0
  readonly #time: SimulatedTime
  readonly #random: SeededRandom
  readonly #options: NetworkOptions
  readonly #startMs: number
  /** By phase: the side of each peer, or null if the network is whole. */
  readonly #sides: (Map<string, number> | null)[] = []
  readonly #receivers = new Map<string, Set<Receiver>>()

  constructor(time: SimulatedTime, random: SeededRandom, names: readonly string[], options: NetworkOptions) {
    this.#time = time
    this.#random = random
    this.#options = options
    this.#startMs = time.now()
    for (let phase = 0; phase < options.phases; phase++) {
      const isSplit = random.chance(0.5)
      this.#sides.push(isSplit ? new Map(names.map((name) => [name, random.below(2)])) : null)
    }
  }

  /** Several receivers of one name get the same messages. */
  attach(name: string, receiver: Receiver): () => void {
    const receivers = this.#receivers.get(name) ?? new Set()
    this.#receivers.set(name, receivers.add(receiver))
    return () => receivers.delete(receiver)
  }

  get isStable(): boolean {
    return this.#time.now() >= this.#options.stableAtMs
  }

  /** The phase of the unstable time; -1 once the network is well. */
  get phase(): number {
    const { stableAtMs, phases } = this.#options
    if (this.isStable) return -1
    const share = (this.#time.now() - this.#startMs) / (stableAtMs - this.#startMs)
    return Math.min(phases - 1, Math.floor(share * phases))
  }

  send(from: string, to: string, bytes: Uint8Array): void {
    this.messages++
    if (!this.isStable && this.#isLost(from, to)) return
    this.#deliver(from, to, bytes)
    if (!this.isStable && this.#random.chance(this.#options.duplication)) this.#deliver(from, to, bytes)
  }

  #isLost(from: string, to: string): boolean {
    const sides = this.#sides[this.phase] ?? null
    if (sides !== null && sides.get(from) !== sides.get(to)) return true
    return this.#random.chance(this.#options.loss)
  }

  #deliver(from: string, to: string, bytes: Uint8Array): void {
    const { delayMs } = this.#options
    const isSlow = !this.isStable && this.#random.chance(0.1)
    const delay = 1 + this.#random.below(isSlow ? 15 * delayMs : delayMs - 1)
    this.#time.schedule(delay, () => {
      for (const receiver of this.#receivers.get(to) ?? []) receiver(from, bytes)
    })
  }
}
