/**
 * A disk with one log, as bytes in the format of the real one: what wasn't synced when the process died is lost, but for a prefix that
 * happened to be written, and the end of that prefix may be damaged.
 */

import type { RecordLog } from '../ports.ts'
import { frameOf, parseRecords } from '../record-frames.ts'
import type { SeededRandom } from './random.ts'

export type DiskOperation = 'append' | 'sync' | 'rewrite'

/** What a simulation has a disk do to one process. */
export interface DiskHooks {
  /** Called before each operation. If it throws, the operation fails so; of an append that fails, half is written. */
  readonly before?: (operation: DiskOperation) => void
  /** Records that a crash can't take any more. */
  readonly onDurable?: (records: readonly Uint8Array[]) => void
}

export class SimulatedDisk {
  #durable: Uint8Array[] = []
  #pending: Uint8Array[] = []

  /** The log as a process finds it after a start. A torn tail is cut off. */
  open(hooks: DiskHooks = {}): RecordLog {
    const bytes = Buffer.concat([...this.#durable, ...this.#pending])
    const { records, end } = parseRecords(bytes)
    this.#durable = [bytes.subarray(0, end)]
    this.#pending = []
    return new SimulatedRecordLog(records, hooks, {
      write: (written) => this.#pending.push(written),
      sync: () => {
        this.#durable.push(...this.#pending.splice(0))
      },
      replace: (written) => {
        this.#durable = [...written]
        this.#pending = []
      },
    })
  }

  /** The process dies. Of what it wrote since the last sync a prefix has reached the disk, perhaps with a bit of it flipped. */
  crash(random: SeededRandom): void {
    const written = Buffer.concat(this.#pending)
    this.#pending = []
    if (written.length === 0) return
    const tail = written.subarray(0, random.below(written.length + 1))
    if (tail.length > 0 && random.chance(0.2)) tail[random.below(tail.length)]! ^= 1 << random.below(8)
    this.#durable.push(tail)
  }

  /** The disk is replaced by an empty one. */
  lose(): void {
    this.#durable = []
    this.#pending = []
  }
}

interface Bytes {
  write(written: Uint8Array): void
  sync(): void
  replace(written: readonly Uint8Array[]): void
}

/** One process's handle. After a failure the end of the log is unknown, so it refuses everything, as the real one does. */
class SimulatedRecordLog implements RecordLog {
  readonly recovered: readonly Uint8Array[]
  readonly #hooks: DiskHooks
  readonly #bytes: Bytes
  #unsynced: Uint8Array[] = []
  #isUsable = true

  constructor(recovered: readonly Uint8Array[], hooks: DiskHooks, bytes: Bytes) {
    this.recovered = recovered
    this.#hooks = hooks
    this.#bytes = bytes
  }

  append(record: Uint8Array): void {
    const frame = frameOf(record)
    this.#do('append', () => this.#bytes.write(frame.subarray(0, frame.length >> 1)))
    this.#bytes.write(frame)
    this.#unsynced.push(record)
  }

  sync(): void {
    this.#do('sync')
    this.#bytes.sync()
    this.#hooks.onDurable?.(this.#unsynced.splice(0))
  }

  rewrite(records: readonly Uint8Array[]): void {
    const frames = records.map(frameOf)
    this.#do('rewrite')
    this.#bytes.replace(frames)
    this.#unsynced = []
    this.#hooks.onDurable?.(records)
  }

  close(): void {
    this.#isUsable = false
  }

  #do(operation: DiskOperation, onFailure: () => void = () => {}): void {
    if (!this.#isUsable) throw new Error(`cannot ${operation} a log that was closed, or failed before`)
    try {
      this.#hooks.before?.(operation)
    } catch (error) {
      this.#isUsable = false
      onFailure()
      throw error
    }
  }
}
