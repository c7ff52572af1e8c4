/** The write-ahead log on its RecordLog: appends what a turn wants durable, syncs once, and keeps the log short. */

import type { RecordLog } from '../platform/ports.ts'
import { recordsOf } from './recovery.ts'
import type { State } from './state.ts'
import { decodeWalRecord, encodeWalRecord, type WalRecord } from './wal.ts'

/** After so much the log is rewritten. That costs as much as what is kept, so it should be several times that. */
export interface WalLimits {
  readonly bytesMax: number
  readonly recordsMax: number
}

const WAL_LIMITS: WalLimits = { bytesMax: 8 * 1024 * 1024, recordsMax: 4096 }

export class WalFile {
  readonly #log: RecordLog
  readonly #limits: WalLimits
  #bytes: number
  #records: number

  constructor(log: RecordLog, limits: WalLimits = WAL_LIMITS) {
    this.#log = log
    this.#limits = limits
    this.#bytes = log.recovered.reduce((sum, record) => sum + record.length, 0)
    this.#records = log.recovered.length
  }

  /** Throws DecodeError if the log isn't one of ours. */
  recovered(): WalRecord[] {
    return this.#log.recovered.map(decodeWalRecord)
  }

  /**
   * What was signed, and the blocks that were signed, are durable when it returns. A certificate alone waits for the next sync: others
   * have it too, and losing it contradicts nothing. `state` already includes `records`. What is committed durably in the application is
   * dropped from time to time; own votes and certificates from the decided view on never are.
   */
  write(records: readonly WalRecord[], state: State): void {
    if (records.length === 0) return
    for (const record of records) this.#append(encodeWalRecord(record))
    if (this.#bytes > this.#limits.bytesMax || this.#records > this.#limits.recordsMax) this.#rewrite(state)
    else if (records.some(({ type }) => type !== 'certificate')) this.#log.sync()
  }

  #append(bytes: Uint8Array): void {
    this.#log.append(bytes)
    this.#bytes += bytes.length
    this.#records++
  }

  /** Afterwards the bound is on what came since: a state that is itself large must not be rewritten on each turn. */
  #rewrite(state: State): void {
    this.#log.rewrite(recordsOf(state).map(encodeWalRecord))
    this.#bytes = 0
    this.#records = 0
  }
}
