/**
 * A key-value store on a simulated disk: writes take time, a full disk refuses them, and what a loss of power leaves is what was synced and
 * a prefix of what came after. It outlives the processes that open it, of which there is one at a time.
 */

import type { BatchOperation, KeyValueStore } from '../ports.ts'
import type { SeededRandom } from './random.ts'

export interface StoreHost {
  /** Resolves when a write of so many operations has reached the disk; never, if the process dies before. Rejects if the disk is full. */
  write(operations: number, sync: boolean): Promise<void>
}

type Batch = readonly BatchOperation[]

export class SimulatedStore {
  #values = new Map<string, Uint8Array>()
  /** As of the last sync. */
  readonly #durable = new Map<string, Uint8Array>()
  #unsynced: Batch[] = []
  #isOpen = false

  /** Throws if it is open. */
  open(host: StoreHost): KeyValueStore {
    if (this.#isOpen) throw new Error('the store is open in another process')
    this.#isOpen = true
    // LevelDB turns its log into a synced table when it is opened.
    this.#makeDurable()
    let isOurs = true
    const requireOpen = () => {
      if (!isOurs) throw new Error('Database is not open')
    }
    return {
      get: (key) => {
        requireOpen()
        return this.#values.get(key)?.slice()
      },
      batch: async (operations, { sync = false } = {}) => {
        requireOpen()
        await host.write(operations.length, sync)
        this.#write(operations, sync)
      },
      entries: (prefix, options) => {
        requireOpen()
        return this.#entries(prefix, options)
      },
      close: async () => {
        if (isOurs) this.#isOpen = false
        isOurs = false
      },
    }
  }

  /** For whoever looks at the disk from outside the simulation. */
  get view(): Pick<KeyValueStore, 'get'> {
    return { get: (key) => this.#values.get(key) }
  }

  /** Its process is gone: the system has whatever it wrote. */
  abandon(): void {
    this.#isOpen = false
  }

  losePower(random: SeededRandom): void {
    this.abandon()
    for (const batch of this.#unsynced.slice(0, random.below(this.#unsynced.length + 1))) {
      apply(this.#durable, batch)
    }
    this.#unsynced = []
    this.#values = new Map(this.#durable)
  }

  #write(operations: Batch, sync: boolean): void {
    const copy = operations.map((one) => (one.type === 'put' ? { ...one, value: one.value.slice() } : one))
    apply(this.#values, copy)
    this.#unsynced.push(copy)
    if (sync) this.#makeDurable()
  }

  #makeDurable(): void {
    for (const batch of this.#unsynced.splice(0)) apply(this.#durable, batch)
  }

  async *#entries(
    prefix: string,
    { reverse = false, limit, after = '' }: { reverse?: boolean; limit?: number; after?: string } = {},
  ): AsyncIterable<[string, Uint8Array]> {
    const keys = [...this.#values.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    if (reverse) keys.reverse()
    for (const key of keys.slice(0, limit)) yield [key, this.#values.get(key)!.slice()]
  }
}

function apply(values: Map<string, Uint8Array>, batch: Batch): void {
  for (const operation of batch) {
    if (operation.type === 'put') values.set(operation.key, operation.value)
    else values.delete(operation.key)
  }
}
