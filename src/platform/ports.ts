/**
 * What the outside world looks like to protocol code. Nothing under consensus/, beacon/ or rollup/ uses a clock, a timer, randomness
 * or a disk but through these, so that the same code runs in a node and in a simulation.
 */

export interface Clock {
  /** Unix milliseconds. */
  now(): number
}

/** The time that blocks bear, in relation to the clock; timeouts and pauses are always the clock's. */
export interface ChainTime {
  /** Milliseconds before the clock. */
  readonly aheadMs: number
  /** Blocks of others may be so far before the clock: more than `aheadMs` while everybody is being told to move. */
  readonly acceptedMs: number
}

export interface Timers {
  /** Runs `callback` once after `delayMs`; the returned function cancels it. */
  schedule(delayMs: number, callback: () => void): () => void
}

export interface Random {
  bytes(length: number): Uint8Array
}

/**
 * An append-only file of checksummed records. What was appended before `sync` returned survives a crash; a torn tail is dropped on open. What is
 * found on opening is durable: a process that was killed may have left it to the operating system, which a loss of power takes with it.
 */
export interface RecordLog {
  /** The intact records, oldest first, as found when the log was opened. */
  readonly recovered: readonly Uint8Array[]
  append(record: Uint8Array): void
  /** Makes everything appended durable (fdatasync). Throws if the disk does. */
  sync(): void
  /** Replaces the whole log by `records`, atomically and durably. */
  rewrite(records: readonly Uint8Array[]): void
  close(): void
}

export type BatchOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string }

/** An ordered key-value store. Keys are ASCII. What is found on opening is durable, as with {@link RecordLog}. */
export interface KeyValueStore {
  get(key: string): Uint8Array | undefined
  /** All operations or none, durable when the promise resolves if `sync` is set. */
  batch(operations: readonly BatchOperation[], options?: { sync?: boolean }): Promise<void>
  /** Entries whose key starts with `prefix`, in key order; only those above the key `after`, if one is given. */
  entries(
    prefix: string,
    options?: { reverse?: boolean; limit?: number; after?: string },
  ): AsyncIterable<[string, Uint8Array]>
  close(): Promise<void>
}

export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Logger
}
