/**
 * A RecordLog in one file of frames. In: records. Out: those of the last run that are intact. What follows the first damaged record is
 * a torn write of a crash, which nobody was told of as durable: it is cut off. After a failed write or sync the file's end is unknown,
 * so the log refuses everything but `close`.
 */

import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { defineError } from '../errors/beacon-error.ts'
import type { RecordLog } from './ports.ts'
import { frameOf, parseRecords } from './record-frames.ts'

export const RECORD_LOG_FAILED = defineError<{ path: string; action: string; reason: string }>({
  code: 'P101',
  name: 'RECORD_LOG_FAILED',
  kind: 'environment',
  message: ({ path, action, reason }) => `cannot ${action} the log ${path}: ${reason}`,
  hint: () => 'see that the disk has room and the file is writable, then start the process again',
})

export class FileRecordLog implements RecordLog {
  readonly recovered: readonly Uint8Array[]
  /** Bytes of a torn write that were cut off on opening. */
  readonly droppedBytes: number
  readonly #path: string
  #file: number
  #isUsable = true

  /** Opens or creates the log at `path`, whose folder exists. */
  constructor(path: string) {
    this.#path = path
    try {
      const { file, records, droppedBytes } = open(path)
      this.#file = file
      this.recovered = records
      this.droppedBytes = droppedBytes
    } catch (cause) {
      throw RECORD_LOG_FAILED({ path, action: 'open', reason: (cause as Error).message }, cause)
    }
  }

  append(record: Uint8Array): void {
    const frame = frameOf(record)
    this.#do('append to', () => appendFileSync(this.#file, frame))
  }

  sync(): void {
    this.#do('sync', () => fdatasyncSync(this.#file))
  }

  rewrite(records: readonly Uint8Array[]): void {
    const frames = records.map(frameOf)
    this.#do('rewrite', () => {
      const file = openSync(temporary(this.#path), 'w', 0o600)
      try {
        for (const frame of frames) appendFileSync(file, frame)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary(this.#path), this.#path)
      syncFolder(this.#path)
      closeSync(this.#file)
      this.#file = openSync(this.#path, 'a')
    })
  }

  close(): void {
    this.#isUsable = false
    closeSync(this.#file)
  }

  #do(action: string, operation: () => void): void {
    const path = this.#path
    if (!this.#isUsable) throw RECORD_LOG_FAILED({ path, action, reason: 'it was closed, or failed before' })
    try {
      operation()
    } catch (cause) {
      this.#isUsable = false
      throw RECORD_LOG_FAILED({ path, action, reason: (cause as Error).message }, cause)
    }
  }
}

function open(path: string): { file: number; records: Uint8Array[]; droppedBytes: number } {
  rmSync(temporary(path), { force: true })
  const file = openSync(path, 'a+', 0o600)
  const bytes = readFileSync(path)
  const { records, end } = parseRecords(bytes)
  if (end < bytes.length) ftruncateSync(file, end)
  // Whoever finds a vote here says it again: it may be one that a killed process hadn't synced yet, in a file that is new.
  fsyncSync(file)
  syncFolder(path)
  return { file, records, droppedBytes: bytes.length - end }
}

function temporary(path: string): string {
  return `${path}.new`
}

/** Makes a file's creation or renaming durable. */
function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
