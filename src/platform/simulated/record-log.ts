/** A disk with one log: what wasn't synced when the process died is lost, but for a prefix that happened to be written. */

import type { RecordLog } from '../ports.ts'
import type { SeededRandom } from './random.ts'

export class SimulatedDisk {
  #durable: Uint8Array[] = []
  #pending: Uint8Array[] = []

  /** The log as a process finds it after a start. */
  open(): RecordLog {
    const recovered = [...this.#durable]
    this.#pending = []
    return {
      recovered,
      append: (record) => {
        this.#pending.push(record)
      },
      sync: () => {
        this.#durable.push(...this.#pending.splice(0))
      },
      rewrite: (records) => {
        this.#durable = [...records]
        this.#pending = []
      },
      close: () => {},
    }
  }

  /** The process dies. Appended records may have reached the disk, in order, without a sync. */
  crash(random: SeededRandom): void {
    this.#durable.push(...this.#pending.slice(0, random.below(this.#pending.length + 1)))
    this.#pending = []
  }

  /** The disk is replaced by an empty one. */
  lose(): void {
    this.#durable = []
    this.#pending = []
  }
}
