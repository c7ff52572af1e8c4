/**
 * Serves snapshots to peers, strangers among them: one question of each at a time, one after the other, and no more in all than leaves the node
 * its time for voting. Whoever asks meanwhile waits.
 */

import type { BeaconApplication } from '../beacon/application.ts'
import {
  decodeSnapshotRequest,
  encodeSnapshotResponse,
  type SnapshotRequest,
} from '../beacon/snapshot/messages.ts'
import { answerSnapshotRequest } from '../beacon/snapshot/serve.ts'
import { RateLimit } from '../network/rate-limit.ts'
import type { Clock, Logger, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'

export interface SnapshotServerOptions {
  readonly application: BeaconApplication
  readonly send: (peer: Hex, response: Uint8Array) => void
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

/** To all peers together. */
export const SERVED_BYTES_PER_SECOND = 4 * 1024 * 1024
/** What a question costs, however short its answer is. */
const QUESTION_BYTES = 16 * 1024

export class SnapshotServer {
  readonly #options: SnapshotServerOptions
  readonly #limit: RateLimit
  /** The newest question of each peer, in the order in which they came to wait. */
  readonly #waiting = new Map<Hex, SnapshotRequest>()
  #isBusy = false
  #cancelPause: () => void = () => {}
  #isStopped = false

  constructor(options: SnapshotServerOptions) {
    this.#options = options
    this.#limit = new RateLimit(SERVED_BYTES_PER_SECOND, options.clock)
  }

  /** Throws DecodeError. */
  take(peer: Hex, bytes: Uint8Array): void {
    this.#waiting.set(peer, decodeSnapshotRequest(bytes))
    this.#answerNext()
  }

  forget(peer: Hex): void {
    this.#waiting.delete(peer)
  }

  stop(): void {
    this.#isStopped = true
    this.#waiting.clear()
    this.#cancelPause()
  }

  #answerNext(): void {
    const [next] = this.#waiting
    if (this.#isBusy || this.#isStopped || next === undefined) return
    const [peer, request] = next
    this.#waiting.delete(peer)
    this.#isBusy = true
    void this.#answer(peer, request).then((bytes) => {
      const pauseMs = this.#limit.spend(QUESTION_BYTES + bytes)
      this.#cancelPause = this.#options.timers.schedule(pauseMs, () => {
        this.#isBusy = false
        this.#answerNext()
      })
    })
  }

  /** Gives the bytes of the answer. Never rejects. */
  async #answer(peer: Hex, request: SnapshotRequest): Promise<number> {
    const { application, send, logger } = this.#options
    try {
      const response = encodeSnapshotResponse(await answerSnapshotRequest(application, request))
      if (!this.#isStopped) send(peer, response)
      return response.length
    } catch (error) {
      logger.warn({ peer, error }, 'a snapshot could not be served')
      return 0
    }
  }
}
