/**
 * One direction of one connection under a fault: enter messages, leave those that aren't lost, late and in the order in which they came.
 * Knows nothing of peers or connections.
 */

import type { Clock, Random, Timers } from '../platform/ports.ts'
import type { LinkFault } from '../primitives/node-faults.ts'

export interface FaultyLinkPorts {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
}

export type LinkTrouble = Pick<LinkFault, 'delayMs' | 'jitterMs' | 'lossPercent'>

const NO_TROUBLE: LinkTrouble = { delayMs: 0, jitterMs: 0, lossPercent: 0 }
/** Bytes of messages that are late; what comes on top is lost, as in a router whose queue is full. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024

interface Late {
  readonly dueAt: number
  readonly message: Uint8Array
}

export class FaultyLink {
  readonly #deliver: (message: Uint8Array) => void
  readonly #ports: FaultyLinkPorts
  #trouble = NO_TROUBLE
  #late: Late[] = []
  #lateBytes = 0
  #cancelDelivery: () => void = () => {}
  #hasLost = false

  constructor(deliver: (message: Uint8Array) => void, ports: FaultyLinkPorts) {
    this.#deliver = deliver
    this.#ports = ports
  }

  /** Whether a message has been lost since the connection began. */
  get hasLost(): boolean {
    return this.#hasLost
  }

  get losesMessages(): boolean {
    return this.#trouble.lossPercent > 0
  }

  /** Nothing is wrong with it, and nothing is late any more. */
  get isSound(): boolean {
    return this.#trouble === NO_TROUBLE && this.#late.length === 0
  }

  /** Null: it is sound from now on, once what is late has arrived. */
  suffer(trouble: LinkTrouble | null): void {
    this.#trouble = trouble ?? NO_TROUBLE
  }

  carry(message: Uint8Array): void {
    const { lossPercent } = this.#trouble
    const isLost = this.#chance() * 100 < lossPercent || this.#lateBytes + message.length > WAITING_BYTES_MAX
    if (isLost) this.#hasLost = true
    else this.#delay(message)
  }

  /** The connection has ended: what is late never arrives, and what was lost is nobody's concern. */
  reset(): void {
    this.#cancelDelivery()
    this.#late = []
    this.#lateBytes = 0
    this.#hasLost = false
  }

  #delay(message: Uint8Array): void {
    const { delayMs, jitterMs } = this.#trouble
    const takesMs = Math.max(0, delayMs + jitterMs * (2 * this.#chance() - 1))
    if (takesMs === 0 && this.#late.length === 0) {
      this.#deliver(message)
      return
    }
    // One that is quicker than the one before it waits for that.
    const dueAt = Math.max(this.#late.at(-1)?.dueAt ?? 0, this.#ports.clock.now() + takesMs)
    this.#late.push({ dueAt, message })
    this.#lateBytes += message.length
    if (this.#late.length === 1) this.#scheduleNext()
  }

  #scheduleNext(): void {
    const [next] = this.#late
    if (next === undefined) return
    const waitMs = Math.max(0, next.dueAt - this.#ports.clock.now())
    this.#cancelDelivery = this.#ports.timers.schedule(waitMs, () => this.#deliverDue())
  }

  #deliverDue(): void {
    const now = this.#ports.clock.now()
    const first = this.#late.findIndex(({ dueAt }) => dueAt > now)
    // The first one is what the timer was for, whatever the clock says: somebody may have set it back.
    const due = this.#late.splice(0, first === -1 ? this.#late.length : Math.max(first, 1))
    for (const { message } of due) {
      this.#lateBytes -= message.length
      this.#deliver(message)
    }
    this.#scheduleNext()
  }

  /** In [0, 1). */
  #chance(): number {
    const bytes = this.#ports.random.bytes(4)
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32
  }
}
