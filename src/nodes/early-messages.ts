/**
 * Messages of instances that this node hasn't begun yet. Bounded by number for each peer, and by bytes for all; the oldest go first, for
 * everything is repeated until it is answered.
 */

import type { Hex } from '../primitives/bytes.ts'

export interface EarlyMessage {
  readonly instanceKey: string
  readonly from: Hex
  readonly bytes: Uint8Array
}

export const EARLY_MESSAGES_PER_PEER = 64
export const EARLY_BYTES_MAX = 16 * 1024 * 1024

export class EarlyMessages {
  #messages: EarlyMessage[] = []
  #bytes = 0

  keep(message: EarlyMessage): void {
    const ofPeer = this.#messages.filter(({ from }) => from === message.from)
    if (ofPeer.length === EARLY_MESSAGES_PER_PEER) this.#drop(ofPeer[0]!)
    this.#messages.push(message)
    this.#bytes += message.bytes.length
    while (this.#bytes > EARLY_BYTES_MAX) this.#drop(this.#messages[0]!)
  }

  /** Those of one instance, oldest first; they are forgotten here. */
  take(instanceKey: string): EarlyMessage[] {
    const taken = this.#messages.filter((message) => message.instanceKey === instanceKey)
    for (const message of taken) this.#drop(message)
    return taken
  }

  #drop(message: EarlyMessage): void {
    this.#messages = this.#messages.filter((other) => other !== message)
    this.#bytes -= message.bytes.length
  }
}
