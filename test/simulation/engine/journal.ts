/**
 * The account of a run: a digest of all that happened, by which two runs are compared, and if somebody reads along, a line for each
 * event. Two runs with the same digest had the same messages, at the same times, between the same nodes.
 */

import { createHash } from 'node:crypto'
import type { SimulatedTime } from '../../../src/platform/simulated/time.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'
import { describeMessage } from './describe.ts'

/** Events are hashed by the thousand: one call for each would cost more than the hash. */
const BUFFER_BYTES = 1 << 16

export class Journal {
  readonly #time: SimulatedTime
  readonly #startMs: number
  readonly #trace: ((line: string) => void) | null
  readonly #hash = createHash('sha256')
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  #used = 0

  constructor(time: SimulatedTime, trace: ((line: string) => void) | null) {
    this.#time = time
    this.#startMs = time.now()
    this.#trace = trace
  }

  /** A message reaches a node. */
  onDelivered(node: string, from: string, bytes: Uint8Array): void {
    this.#add(`${from}>${node}`, bytes)
    if (this.#trace !== null) this.#print(node, `<- ${from.padEnd(10)} ${describeMessage(bytes)}`)
  }

  /** A node lets a message go, and with it the signatures in it. */
  onSent(node: string, to: string, bytes: Uint8Array): void {
    this.#add(`${node}:${to}`, bytes)
    if (this.#trace !== null) this.#print(node, `-> ${to.padEnd(10)} ${describeMessage(bytes)}`)
  }

  /** Anything else: a view entered, a commit, a crash. */
  note(node: string, what: string): void {
    this.#add(`${node} ${what}`, null)
    if (this.#trace !== null) this.#print(node, what)
  }

  /** Only for who reads along: too costly to describe otherwise. */
  explain(node: string, describe: () => string): void {
    if (this.#trace !== null) this.#print(node, describe())
  }

  /** Ends the account. */
  digest(): Hex {
    this.#flush()
    return `0x${this.#hash.digest('hex')}`
  }

  #add(what: string, bytes: Uint8Array | null): void {
    const length = 8 + what.length + (bytes?.length ?? 0)
    if (this.#used + length > BUFFER_BYTES) this.#flush()
    this.#used = this.#buffer.writeDoubleBE(this.#time.now(), this.#used)
    this.#used += this.#buffer.write(what, this.#used, 'latin1')
    if (bytes === null) return
    if (bytes.length > BUFFER_BYTES - this.#used) {
      this.#flush()
      this.#hash.update(bytes)
    } else {
      this.#buffer.set(bytes, this.#used)
      this.#used += bytes.length
    }
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#used))
    this.#used = 0
  }

  #print(node: string, what: string): void {
    const ms = (this.#time.now() - this.#startMs).toFixed(1).padStart(9)
    this.#trace?.(`${ms} ms  ${node.padEnd(10)} ${what}`)
  }
}
