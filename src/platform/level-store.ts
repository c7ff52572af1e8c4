/** A KeyValueStore in a LevelDB folder, which one process at a time may open. */

import { Level } from 'level'
import { defineError } from '../errors/beacon-error.ts'
import type { BatchOperation, KeyValueStore } from './ports.ts'

/** Sorts behind every ASCII character. */
const BEHIND_ASCII = '\u{10ffff}'

export const STORE_LOCKED = defineError<{ path: string }>({
  code: 'P201',
  name: 'STORE_LOCKED',
  kind: 'environment',
  message: ({ path }) => `the store ${path} is open in another process`,
  hint: () => 'stop the process that holds it: two nodes must never share one store',
})

export const STORE_UNUSABLE = defineError<{ path: string; reason: string }>({
  code: 'P202',
  name: 'STORE_UNUSABLE',
  kind: 'environment',
  message: ({ path, reason }) => `the store ${path} cannot be opened: ${reason}`,
  hint: () =>
    'see that the folder is writable and the disk has room; a damaged store must be removed and synced anew',
})

/** Creates the folder if there is none. */
export async function openLevelStore(path: string): Promise<KeyValueStore> {
  const database = new Level<string, Uint8Array>(path, { keyEncoding: 'utf8', valueEncoding: 'view' })
  try {
    await database.open()
  } catch (error) {
    const cause = (error as Error).cause as { code?: string; message?: string } | undefined
    if (cause?.code === 'LEVEL_LOCKED') throw STORE_LOCKED({ path }, error)
    throw STORE_UNUSABLE({ path, reason: cause?.message ?? String(error) }, error)
  }
  return new LevelStore(database)
}

class LevelStore implements KeyValueStore {
  readonly #database: Level<string, Uint8Array>

  constructor(database: Level<string, Uint8Array>) {
    this.#database = database
  }

  get(key: string): Uint8Array | undefined {
    const value = this.#database.getSync(key)
    return value === undefined ? undefined : plain(value)
  }

  async batch(operations: readonly BatchOperation[], options: { sync?: boolean } = {}): Promise<void> {
    await this.#database.batch([...operations], { sync: options.sync ?? false })
  }

  async *entries(
    prefix: string,
    options: { reverse?: boolean; limit?: number; after?: string } = {},
  ): AsyncIterable<[string, Uint8Array]> {
    const { reverse = false, limit = -1, after } = options
    const from = after !== undefined && after >= prefix ? { gt: after } : { gte: prefix }
    const range = { ...from, lt: prefix + BEHIND_ASCII, reverse, limit }
    for await (const [key, value] of this.#database.iterator(range)) yield [key, plain(value)]
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}

/** The database gives Buffers, whose `slice` is no copy. */
function plain(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.length)
}
