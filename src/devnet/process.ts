/**
 * The one module that spawns. A process writes its output to a log file, and is stopped by asking, waiting and then killing its group. None outlives the supervisor: a Node child exits when its IPC channel
 * closes, and on Linux the kernel kills every child whose parent died, however it died.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, closeSync, constants, fstatSync, openSync, renameSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { defineError } from '../errors/beacon-error.ts'

export interface ProcessSpec {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Appended to; lines of an earlier run stay. */
  readonly logFile: string
  /** Whether it is a Node process that speaks over IPC. */
  readonly ipc: boolean
  /** Only for a detached supervisor, which is released when it is up. */
  readonly outlivesParent?: boolean
}

export interface ProcessExit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningProcess {
  readonly name: string
  readonly pid: number
  readonly logFile: string
  /** Where this run's output starts in the log. */
  readonly logStart: number
  /** Resolves once it has ended, for whatever reason; never rejects. */
  readonly exited: Promise<ProcessExit>
  /** The returned function ends that. */
  onMessage(listener: (message: unknown) => void): () => void
  send(message: object): void
  /** Lets this process end without it, and leaves it alone. */
  release(): void
  /** Lets this process end before it, which it may notice by its closed channel. */
  unref(): void
  /** To its whole group. Does nothing once it has ended. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Asks it to end, which one that stands still can do too, and kills its group if it hasn't after `graceMs`. */
  stop(graceMs?: number): Promise<ProcessExit>
}

export const STOP_GRACE_MS = 3_000
/** A log that is longer at the start of its process is put aside. */
const LOG_BYTES_MAX = 16 * 1024 * 1024

export const PROCESS_NOT_STARTED = defineError<{ name: string; reason: string }>({
  code: 'D101',
  name: 'PROCESS_NOT_STARTED',
  kind: 'environment',
  message: ({ name, reason }) => `${name} could not be started: ${reason}`,
  hint: () =>
    'check that the installation is complete and that the system still has processes and memory to give',
})

/** Spawns at once; resolves when the system has started the program, rejects with PROCESS_NOT_STARTED if it can't. */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  rotateLog(spec.logFile)
  const log = openSync(spec.logFile, 'a')
  const logStart = fstatSync(log).size
  let child: ChildProcess
  try {
    const { command, args } = spec.outlivesParent ? spec : boundToParent(spec)
    child = spawn(command, [...args], {
      cwd: spec.cwd,
      env: spec.env ?? process.env,
      // A group of its own, so that Ctrl-C in a terminal reaches the supervisor only.
      detached: true,
      stdio: ['ignore', log, log, ...(spec.ipc ? (['ipc'] as const) : [])],
    })
  } finally {
    closeSync(log)
  }
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  await started(child, spec.name)
  return describeRunning(spec, child, logStart, exited)
}

export function describeExit({ exitCode, signal }: ProcessExit): string {
  return signal === null ? `exit code ${exitCode}` : `killed by ${signal}`
}

function describeRunning(
  spec: ProcessSpec,
  child: ChildProcess,
  logStart: number,
  exited: Promise<ProcessExit>,
): RunningProcess {
  // A message to a child that is just dying fails; its exit is what tells.
  child.on('error', () => {})
  return {
    name: spec.name,
    pid: child.pid!,
    logFile: spec.logFile,
    logStart,
    exited,
    onMessage: (listener) => {
      child.on('message', listener)
      return () => void child.off('message', listener)
    },
    send: (message) => {
      if (child.connected) child.send(message, () => {})
    },
    release: () => {
      if (child.connected) child.disconnect()
      child.unref()
    },
    unref: () => {
      child.channel?.unref()
      child.unref()
    },
    signal: (signal) => signalGroup(child.pid!, signal),
    stop: (graceMs = STOP_GRACE_MS) => stopChild(child, exited, graceMs),
  }
}

async function stopChild(
  child: ChildProcess,
  exited: Promise<ProcessExit>,
  graceMs: number,
): Promise<ProcessExit> {
  child.kill('SIGTERM')
  // One that stands still would find the request only when it goes on.
  signalGroup(child.pid!, 'SIGCONT')
  const timer = setTimeout(() => signalGroup(child.pid!, 'SIGKILL'), graceMs)
  try {
    return await exited
  } finally {
    clearTimeout(timer)
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It ended in the meantime.
  }
}

/** Of earlier runs one long file is kept. */
function rotateLog(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_BYTES_MAX) renameSync(logFile, `${logFile}.1`)
}

function started(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(PROCESS_NOT_STARTED({ name, reason: cause.message }, cause)))
  })
}

/** Wraps a command so that the kernel sends it `signal` when this process dies. Only Linux offers that. */
export function boundToParent(
  { command, args }: Pick<ProcessSpec, 'command' | 'args'>,
  signal: 'KILL' | 'TERM' = 'KILL',
): Pick<ProcessSpec, 'command' | 'args'> {
  const setpriv = findSetpriv()
  if (setpriv === null) return { command, args }
  return { command: setpriv, args: ['--pdeathsig', signal, command, ...args] }
}

let setprivPath: string | null | undefined

function findSetpriv(): string | null {
  if (setprivPath === undefined) {
    setprivPath = process.platform === 'linux' ? (findExecutable('setpriv') ?? null) : null
  }
  return setprivPath
}

/** As a shell looks it up: on the PATH, unless the name is a path itself. */
export function findExecutable(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = name.includes('/') ? [name] : folders.map((folder) => join(folder, name))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
