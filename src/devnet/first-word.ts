/**
 * A process is ready when it says so: by a message, or by a line in its log. Never because time has passed. If it dies or stays silent
 * instead, its last lines are in the error.
 */

import { defineError } from '../errors/beacon-error.ts'
import { lastLines, readLog } from './logs.ts'
import { describeExit, type ProcessExit, type RunningProcess } from './process.ts'

const LOG_POLL_MS = 5

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

/**
 * Resolves to the first message that `accept` turns into a value. Rejects with what `accept` throws, with PROCESS_DIED, or with
 * PROCESS_NOT_READY after `timeoutMs`.
 */
export async function firstMessage<Value>(
  running: RunningProcess,
  timeoutMs: number,
  accept: (message: unknown) => Value | undefined,
): Promise<Value> {
  let ignore = () => {}
  const accepted = new Promise<Value>((resolve, reject) => {
    ignore = running.onMessage((message) => {
      try {
        const value = accept(message)
        if (value !== undefined) resolve(value)
      } catch (cause) {
        reject(cause)
      }
    })
  })
  try {
    return await orDeath(running, accepted, timeoutMs)
  } finally {
    ignore()
  }
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
    timer = setInterval(look, LOG_POLL_MS)
    look()
  })
  try {
    return await orDeath(running, found, timeoutMs)
  } finally {
    clearInterval(timer)
  }
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
