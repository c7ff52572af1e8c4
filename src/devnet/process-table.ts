/** The processes of one devnet and how each is doing. Deaths that nobody asked for are told once; those that were asked for are not. */

import { defineError } from '../errors/beacon-error.ts'
import { lastLines } from './logs.ts'
import type { ProcessExit, RunningProcess } from './process.ts'

export interface ProcessStatus {
  readonly name: string
  readonly state: 'starting' | 'running' | 'paused' | 'stopped' | 'died'
  /** Null unless it is alive. */
  readonly pid: number | null
  readonly logFile: string
  /** How it ended; null while it is alive. */
  readonly exit: ProcessExit | null
}

export interface ProcessDeath {
  readonly process: string
  readonly exit: ProcessExit
  readonly logFile: string
  readonly lines: string
}

interface Entry {
  readonly running: RunningProcess
  state: ProcessStatus['state']
  exit: ProcessExit | null
}

export const PROCESS_UNKNOWN = defineError<{ process: string; known: readonly string[] }>({
  code: 'D306',
  name: 'PROCESS_UNKNOWN',
  kind: 'user',
  message: ({ process }) => `there is no process '${process}' in this devnet`,
  hint: ({ known }) => `it has ${known.join(', ')}`,
})

export const PROCESS_NOT_RUNNING = defineError<{ process: string; state: string }>({
  code: 'D307',
  name: 'PROCESS_NOT_RUNNING',
  kind: 'user',
  message: ({ process, state }) =>
    `${process} is not running: it ${state === 'died' ? 'died' : 'was stopped'}`,
  hint: ({ process }) => `\`beacon devnet restart ${process}\` starts it again`,
})

export class ProcessTable {
  readonly #entries = new Map<string, Entry>()
  readonly #onDeath: (death: ProcessDeath) => void
  #closed = false

  constructor(onDeath: (death: ProcessDeath) => void) {
    this.#onDeath = onDeath
  }

  get statuses(): ProcessStatus[] {
    return [...this.#entries].map(([name, { running, state, exit }]) => ({
      name,
      state,
      pid: exit === null ? running.pid : null,
      logFile: running.logFile,
      exit,
    }))
  }

  get alive(): RunningProcess[] {
    return [...this.#entries.values()].filter(({ exit }) => exit === null).map(({ running }) => running)
  }

  /** Takes a process that was just spawned; one that comes after `stopForGood` is stopped at once. */
  async add(running: RunningProcess): Promise<void> {
    const entry: Entry = { running, state: 'starting', exit: null }
    this.#entries.set(running.name, entry)
    void running.exited.then((exit) => this.#ended(entry, exit))
    if (this.#closed) await this.stop(running.name)
  }

  /** One that has ended, and won't be started again; does nothing if there is none of that name. */
  forget(name: string): void {
    this.#entries.delete(name)
  }

  isReady(name: string): void {
    const entry = this.#find(name)
    if (entry.state === 'starting') entry.state = 'running'
  }

  /** Ends it as a crash would. Resolves when it has ended; throws PROCESS_NOT_RUNNING if it has already. */
  async kill(name: string): Promise<void> {
    const { running } = this.#findAlive(name)
    running.signal('SIGKILL')
    await running.exited
  }

  /** It stands still until it is resumed or stopped. Throws PROCESS_NOT_RUNNING. */
  pause(name: string): void {
    const entry = this.#findAlive(name)
    entry.running.signal('SIGSTOP')
    entry.state = 'paused'
  }

  /** Does nothing to one that isn't paused. Throws PROCESS_NOT_RUNNING. */
  resume(name: string): void {
    const entry = this.#findAlive(name)
    entry.running.signal('SIGCONT')
    if (entry.state === 'paused') entry.state = 'running'
  }

  isPaused(name: string): boolean {
    return this.#find(name).state === 'paused'
  }

  /** Resolves when it has ended; at once if it isn't alive. */
  async stop(name: string): Promise<void> {
    const entry = this.#find(name)
    if (entry.exit !== null) return
    entry.state = 'stopped'
    await entry.running.stop()
  }

  async stopForNow(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((name) => this.stop(name)))
  }

  async stopForGood(): Promise<void> {
    this.#closed = true
    await this.stopForNow()
  }

  #ended(entry: Entry, exit: ProcessExit): void {
    entry.exit = exit
    if (entry.state === 'stopped') return
    // While it starts, whoever waits for it is told.
    const told = entry.state === 'starting'
    entry.state = 'died'
    const { name, logFile, logStart } = entry.running
    if (!told) this.#onDeath({ process: name, exit, logFile, lines: lastLines(logFile, logStart) })
  }

  #findAlive(name: string): Entry {
    const entry = this.#find(name)
    if (entry.exit !== null) throw PROCESS_NOT_RUNNING({ process: name, state: entry.state })
    return entry
  }

  #find(name: string): Entry {
    const entry = this.#entries.get(name)
    if (entry === undefined) throw PROCESS_UNKNOWN({ process: name, known: [...this.#entries.keys()] })
    return entry
  }
}
