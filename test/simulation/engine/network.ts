/** A network of peers that delays, reorders, loses, duplicates and partitions, up to a moment from which on it is well. */

import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import type { SimulatedTime } from '../../../src/platform/simulated/time.ts'
import type { Faults } from './faults.ts'
import { isCut } from './partitions.ts'

export interface NetworkOptions {
  /** From this moment on nothing is lost and everything arrives within `delayMs`. */
  readonly stableAtMs: number
  readonly delayMs: number
  readonly faults: Faults
}

export interface Endpoint {
  /** As partitions and other peers know it. */
  readonly name: string
  /** One endpoint's alone: the two nodes of a twin share a name. */
  readonly label: string
}

export type Receiver = (from: string, bytes: Uint8Array) => void

export class SimulatedNetwork {
  messages = 0
  readonly names: readonly string[]
  readonly #time: SimulatedTime
  readonly #random: SeededRandom
  readonly #options: NetworkOptions
  readonly #startMs: number
  /** By label. */
  readonly #receivers = new Map<string, Receiver>()
  /** By sender and receiver: when the last message arrives. */
  readonly #lastArrivals = new Map<string, number>()

  constructor(time: SimulatedTime, random: SeededRandom, names: readonly string[], options: NetworkOptions) {
    this.names = names
    this.#time = time
    this.#random = random
    this.#options = options
    this.#startMs = time.now()
  }

  /** What is on its way to an endpoint arrives at whatever is attached there then. */
  attach({ label }: Endpoint, receiver: Receiver): () => void {
    this.#receivers.set(label, receiver)
    return () => this.#receivers.delete(label)
  }

  get isStable(): boolean {
    return this.#time.now() >= this.#options.stableAtMs
  }

  /** The phase of the unstable time; -1 once the network is well, or if it has no phases. */
  get phase(): number {
    const { stableAtMs, faults } = this.#options
    if (this.isStable) return -1
    const phases = faults.partitions.length
    const share = (this.#time.now() - this.#startMs) / (stableAtMs - this.#startMs)
    return Math.min(phases - 1, Math.floor(share * phases))
  }

  /** Whether the partition of a phase keeps messages from one to the other. */
  isCutIn(phase: number, from: string, to: string): boolean {
    const partition = this.#options.faults.partitions[phase]
    return partition !== undefined && isCut(partition, this.names, from, to, this.#time.now())
  }

  /** `holdMs`: how long the sender keeps the message to itself, on top. */
  send(from: Endpoint, to: Endpoint, bytes: Uint8Array, holdMs = 0): void {
    this.messages++
    if (this.isStable) {
      this.#deliver(from, to, bytes, holdMs + this.#quickly())
      return
    }
    const { loss, duplication } = this.#options.faults
    if (this.isCutIn(this.phase, from.name, to.name) || this.#random.chance(loss)) return
    this.#deliver(from, to, bytes, holdMs + this.#slowly())
    if (this.#random.chance(duplication)) this.#deliver(from, to, bytes, holdMs + this.#slowly())
  }

  #quickly(): number {
    return 1 + this.#random.below(this.#options.delayMs - 1)
  }

  #slowly(): number {
    const { faults, delayMs } = this.#options
    const isSlow = faults.hasHeavyTail && this.#random.chance(0.1)
    return isSlow ? 1 + this.#random.below(15 * delayMs) : this.#quickly()
  }

  #deliver(from: Endpoint, to: Endpoint, bytes: Uint8Array, delayMs: number): void {
    this.#time.schedule(this.#inOrder(from, to, delayMs), () => {
      this.#receivers.get(to.label)?.(from.name, bytes)
    })
  }

  #inOrder(from: Endpoint, to: Endpoint, delayMs: number): number {
    if (!this.#options.faults.isOrdered) return delayMs
    const link = `${from.label}>${to.label}`
    const now = this.#time.now()
    const at = Math.max(now + delayMs, this.#lastArrivals.get(link) ?? 0)
    this.#lastArrivals.set(link, at)
    return at - now
  }
}
