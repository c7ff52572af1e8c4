/** Keeps endpoints.json true while a network runs. */

import { type Endpoints, writeEndpoints } from './endpoints.ts'
import type { DevnetEvent } from './events.ts'
import type { DevnetFolder } from './folder.ts'

/** Reports come in bursts, at the start and at each epoch. */
const DELAY_MS = 50

export class EndpointsFile {
  readonly #folder: DevnetFolder
  readonly #describe: () => Endpoints
  readonly #onEvent: (event: DevnetEvent) => void
  #timer: NodeJS.Timeout | undefined

  constructor(folder: DevnetFolder, describe: () => Endpoints, onEvent: (event: DevnetEvent) => void) {
    this.#folder = folder
    this.#describe = describe
    this.#onEvent = onEvent
  }

  /** Throws if it can't be written. */
  writeNow(): void {
    writeEndpoints(this.#folder, this.#describe())
  }

  /** A disk that fills up while the network runs doesn't stop it. */
  write(): void {
    try {
      this.writeNow()
    } catch (cause) {
      this.#onEvent({ type: 'warning', message: (cause as Error).message })
    }
  }

  writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.write()
    }, DELAY_MS)
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
