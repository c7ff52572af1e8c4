/**
 * While a network is under faults, a node that serves clients may live and yet be left behind by its network. Somebody who runs nodes for others
 * has a look now and then, and points clients elsewhere; so does this, for all gateways of a devnet, as long as it is on.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { Gateways } from '../gateways.ts'

/** An idle chain has a block each second. */
const LOOK_MS = 1_500
/** What a node has to answer a look. */
const ANSWER_MS = 1_000

export class ClientCare {
  readonly #gateways: () => Gateways
  #abort: AbortController | null = null

  constructor(gateways: () => Gateways) {
    this.#gateways = gateways
  }

  set isOn(isOn: boolean) {
    if (isOn === (this.#abort !== null)) return
    this.#abort?.abort()
    this.#abort = isOn ? new AbortController() : null
    if (this.#abort !== null) void this.#look(this.#abort.signal)
  }

  async #look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { beacon, rollups } = this.#gateways()
      const all = [beacon, ...rollups.map(({ gateway }) => gateway)]
      await Promise.all(all.map(({ backends }) => backends.leaveIfLeftBehind(ANSWER_MS)))
      await delay(LOOK_MS, undefined, { signal, ref: false }).catch(() => {})
    }
  }
}
