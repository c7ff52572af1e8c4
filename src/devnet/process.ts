/**
 * The one module that spawns. A process writes its output to a log file, says by a message or a line of that log that it is ready,
 * and is stopped by asking, waiting and then killing its group. None outlives the supervisor: a Node child exits when its IPC channel
 * closes, and on Linux the kernel kills every child whose parent died, however it died.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs'
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
  onMessage(listener: (message: unknown) => void): void
  send(message: object): void
  /** Lets this process end without it. */
  release(): void
  /** Asks it to end, and kills its group if it hasn't after `graceMs`. */
  stop(graceMs?: number): Promise<ProcessExit>
}

export const STOP_GRACE_MS = 3_000
/** A log that is longer at the start of its process is put aside. */
const LOG_BYTES_MAX = 16 * 1024 * 1024
const QUOTED_LINES = 8
const QUOTED_BYTES = 8 * 1024

export const PROCESS_NOT_STARTED = defineError<{ name: string; reason: string }>({
  code: 'D101',
  name: 'PROCESS_NOT_STARTED',
  kind: 'environment',
  message: ({ name, reason }) => `${name} could not be started: ${reason}`,
  hint: () =>
    'check that the installation is complete and that the system still has processes and memory to give',
})

export const PROCESS_DIED = defineError<{ name: string; exit: ProcessExit; logFile: string; lines: string }>({
  code: 'D102',
  name: 'PROCESS_DIED',
  kind: 'environment',
  message: ({ name, exit, lines }) =>
    `${name} ended unexpectedly (${describeExit(exit)})${lines === '' ? '' : `; its last lines were:\n${lines}`}`,
  hint: ({ logFile }) => `its whole log is in ${logFile}`,
})

export const PROCESS_NOT_READY = defineError<{
  name: string
  timeoutMs: number
  logFile: string
  lines: string
}>({
  code: 'D103',
  name: 'PROCESS_NOT_READY',
  kind: 'environment',
  message: ({ name, timeoutMs, lines }) =>
    `${name} was not ready within ${timeoutMs} ms${lines === '' ? '' : `; its last lines were:\n${lines}`}`,
  hint: ({ logFile }) => `a busy machine may need a longer --timeout; its whole log is in ${logFile}`,
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

/**
 * Resolves to the first message that `accept` turns into a value. Rejects with what `accept` throws, with PROCESS_DIED, or with
 * PROCESS_NOT_READY after `timeoutMs`.
 */
export async function firstMessage<Value>(
  running: RunningProcess,
  timeoutMs: number,
  accept: (message: unknown) => Value | undefined,
): Promise<Value> {
  const accepted = new Promise<Value>((resolve, reject) => {
    running.onMessage((message) => {
      try {
        const value = accept(message)
        if (value !== undefined) resolve(value)
      } catch (cause) {
        reject(cause)
      }
    })
  })
  return orDeath(running, accepted, timeoutMs)
}

/** Resolves to what `accept` finds in this run's log, looked at again whenever the process has had time to write. */
export async function firstInLog<Value>(
  running: RunningProcess,
  timeoutMs: number,
  accept: (log: string) => Value | undefined,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const found = new Promise<Value>((resolve) => {
    const look = () => {
      const value = accept(readLog(running.logFile, running.logStart))
      if (value !== undefined) resolve(value)
    }
    timer = setInterval(look, 5)
    look()
  })
  try {
    return await orDeath(running, found, timeoutMs)
  } finally {
    clearInterval(timer)
  }
}

/** The end of a log, without the lines of earlier runs. Empty if it can't be read. */
export function lastLines(logFile: string, logStart = 0, count = QUOTED_LINES): string {
  return readLog(logFile, logStart).trimEnd().split('\n').slice(-count).join('\n')
}

export function describeExit({ exitCode, signal }: ProcessExit): string {
  return signal === null ? `exit code ${exitCode}` : `killed by ${signal}`
}

async function orDeath<Value>(
  running: RunningProcess,
  value: Promise<Value>,
  timeoutMs: number,
): Promise<Value> {
  const { name, logFile, logStart } = running
  let timer: NodeJS.Timeout | undefined
  const death = running.exited.then((exit) => {
    throw PROCESS_DIED({ name, exit, logFile, lines: lastLines(logFile, logStart) })
  })
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(PROCESS_NOT_READY({ name, timeoutMs, logFile, lines: lastLines(logFile, logStart) })),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([value, death, deadline])
  } finally {
    clearTimeout(timer)
  }
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
    onMessage: (listener) => void child.on('message', listener),
    send: (message) => {
      if (child.connected) child.send(message, () => {})
    },
    release: () => {
      if (child.connected) child.disconnect()
      child.unref()
    },
    stop: (graceMs = STOP_GRACE_MS) => stopChild(child, exited, graceMs),
  }
}

async function stopChild(
  child: ChildProcess,
  exited: Promise<ProcessExit>,
  graceMs: number,
): Promise<ProcessExit> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => killGroup(child.pid!), graceMs)
  try {
    return await exited
  } finally {
    clearTimeout(timer)
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
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

/** Wraps a command so that the kernel kills it when this process dies. Only Linux offers that. */
function boundToParent({ command, args }: ProcessSpec): Pick<ProcessSpec, 'command' | 'args'> {
  const setpriv = findSetpriv()
  if (setpriv === null) return { command, args }
  return { command: setpriv, args: ['--pdeathsig', 'KILL', command, ...args] }
}

let setprivPath: string | null | undefined

function findSetpriv(): string | null {
  if (setprivPath === undefined) {
    setprivPath = process.platform === 'linux' ? (findExecutable('setpriv') ?? null) : null
  }
  return setprivPath
}

function findExecutable(name: string): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function readLog(logFile: string, from: number): string {
  let log: number | undefined
  try {
    log = openSync(logFile, 'r')
    const start = Math.max(from, fstatSync(log).size - QUOTED_BYTES)
    const buffer = Buffer.alloc(QUOTED_BYTES)
    return buffer.toString('utf8', 0, readSync(log, buffer, 0, QUOTED_BYTES, start))
  } catch {
    return ''
  } finally {
    if (log !== undefined) closeSync(log)
  }
}
