/**
 * A disk that takes longer, for experiments: logs and stores that wait a while after each write that they make durable. A log's sync keeps its
 * thread waiting, as the system call does.
 */

import type { BatchOperation, KeyValueStore, RecordLog, Timers } from './ports.ts'

export interface DiskDelay {
  /** How much longer each write takes from now on; 0 as a rule. */
  readonly ms: number
}

/** In memory that all threads of a process share, since they share its disk. */
export class SharedDiskDelay implements DiskDelay {
  readonly memory: SharedArrayBuffer
  readonly #value: Int32Array

  /** `memory` of another thread's, or new. */
  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#value = new Int32Array(memory)
  }

  get ms(): number {
    return Atomics.load(this.#value, 0)
  }

  /** Whole milliseconds. */
  set(ms: number): void {
    Atomics.store(this.#value, 0, ms)
  }
}

export function slowRecordLog(log: RecordLog, delay: DiskDelay): RecordLog {
  return {
    recovered: log.recovered,
    append: (record) => log.append(record),
    sync: () => {
      log.sync()
      block(delay.ms)
    },
    rewrite: (records) => {
      log.rewrite(records)
      block(delay.ms)
    },
    close: () => log.close(),
  }
}

/** What is written can be read at once; that it is durable is said late. */
export function slowStore(store: KeyValueStore, delay: DiskDelay, timers: Timers): KeyValueStore {
  return {
    get: (key) => store.get(key),
    batch: async (operations: readonly BatchOperation[], options?: { sync?: boolean }) => {
      await store.batch(operations, options)
      if (delay.ms > 0) await new Promise<void>((resolve) => timers.schedule(delay.ms, resolve))
    },
    entries: (prefix, options) => store.entries(prefix, options),
    close: () => store.close(),
  }
}

function block(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms)
}
