/** A KeyValueStore that lives as long as its process: for simulations and tests. Iterating sorts the keys, so it isn't for large stores. */

import type { BatchOperation, KeyValueStore } from './ports.ts'

export class MemoryStore implements KeyValueStore {
  readonly #values = new Map<string, Uint8Array>()

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key)?.slice()
  }

  async batch(operations: readonly BatchOperation[]): Promise<void> {
    for (const operation of operations) {
      if (operation.type === 'put') this.#values.set(operation.key, operation.value.slice())
      else this.#values.delete(operation.key)
    }
  }

  /** As of the first step of the iteration. */
  async *entries(prefix: string, options: { reverse?: boolean; limit?: number; after?: string } = {}) {
    const { after = '' } = options
    const keys = [...this.#values.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    if (options.reverse) keys.reverse()
    const entries = keys
      .slice(0, options.limit)
      .map((key): [string, Uint8Array] => [key, this.#values.get(key)!.slice()])
    yield* entries
  }

  async close(): Promise<void> {}
}
