/**
 * The disk of one simulated machine: its stores and write-ahead logs, by path. It survives the processes of the machine; `losePower` takes from
 * it what nobody had synced.
 */

import type { InstanceLogs } from '../nodes/instance-logs.ts'
import { compareInstances } from '../nodes/instance-order.ts'
import type { KeyValueStore, RecordLog } from '../platform/ports.ts'
import type { SeededRandom } from '../platform/simulated/random.ts'
import { SimulatedDisk as SimulatedLog } from '../platform/simulated/record-log.ts'
import { SimulatedStore } from '../platform/simulated/store.ts'
import { type Instance, instanceKey } from '../primitives/ids.ts'
import type { SimulatedProcess } from './process.ts'

interface StoredLog {
  readonly instance: Instance
  readonly file: SimulatedLog
}

/** The longest that a write takes, in milliseconds. */
const WRITE_MS = 4

export class MachineDisk {
  isFull = false
  /** Each synced write takes so much longer. */
  slowMs = 0
  /** Told before and after each sync of a log: a process may die there. */
  onSync: (when: 'before' | 'after') => void = () => {}
  /** Told of what has become durable in an instance's log: from then on it may be said to anybody. */
  onLogged: (instance: Instance, records: readonly Uint8Array[]) => void = () => {}
  readonly #random: SeededRandom
  readonly #stores = new Map<string, SimulatedStore>()
  /** By folder and instance. */
  readonly #logs = new Map<string, Map<string, StoredLog>>()

  constructor(random: SeededRandom) {
    this.#random = random
  }

  async openStore(path: string, process: SimulatedProcess): Promise<KeyValueStore> {
    await process.wait(1)
    const store = this.#stores.get(path) ?? new SimulatedStore()
    this.#stores.set(path, store)
    return store.open({
      write: async (_operations, sync) => {
        await process.wait(1 + this.#random.below(WRITE_MS) + (sync ? this.slowMs : 0))
        if (this.isFull) throw new Error('no space left on device')
      },
    })
  }

  /** Null if there is none; for whoever looks at the disk from outside. */
  store(path: string): SimulatedStore | null {
    return this.#stores.get(path) ?? null
  }

  /** Paths of all stores. */
  get stores(): readonly string[] {
    return [...this.#stores.keys()]
  }

  openLogs(folder: string, process: SimulatedProcess): InstanceLogs {
    const logs = this.#logs.get(folder) ?? new Map<string, StoredLog>()
    this.#logs.set(folder, logs)
    return {
      open: (instance) => {
        const known = logs.get(instanceKey(instance)) ?? { instance, file: new SimulatedLog() }
        logs.set(instanceKey(instance), known)
        return this.#guarded(known.file.open(), instance, process)
      },
      discard: (instance) => void logs.delete(instanceKey(instance)),
      discardBefore: (instance) => {
        for (const [key, log] of logs) {
          const isEarlier =
            log.instance.rollup === instance.rollup && compareInstances(log.instance, instance) < 0
          if (isEarlier) logs.delete(key)
        }
      },
    }
  }

  /** All processes of the machine are gone. */
  abandon(): void {
    for (const store of this.#stores.values()) store.abandon()
    for (const logs of this.#logs.values()) for (const { file } of logs.values()) file.crash(this.#random)
  }

  /** As {@link abandon}, and what wasn't synced is lost, but for what happened to be written. */
  losePower(): void {
    this.abandon()
    for (const store of this.#stores.values()) store.losePower(this.#random)
  }

  /** Of those whose path begins so, as when a thread ends without closing them. */
  abandonStores(prefix: string): void {
    for (const [path, store] of this.#stores) if (path.startsWith(prefix)) store.abandon()
  }

  /** A dead process writes nothing more, though its last callback may run to its end. */
  #guarded(log: RecordLog, instance: Instance, process: SimulatedProcess): RecordLog {
    let appended: Uint8Array[] = []
    const write = (action: () => void) => {
      if (!process.isAlive) return
      if (this.isFull) throw new Error('no space left on device')
      action()
    }
    return {
      recovered: log.recovered,
      append: (record) =>
        write(() => {
          log.append(record)
          appended.push(record)
        }),
      sync: () =>
        write(() => {
          this.onSync('before')
          if (!process.isAlive) return
          log.sync()
          this.onLogged(instance, appended)
          appended = []
          this.onSync('after')
        }),
      rewrite: (records) => write(() => log.rewrite(records)),
      close: () => {
        if (process.isAlive) log.close()
      },
    }
  }
}
