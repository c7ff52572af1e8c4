/** Log lines as JSON, written at once: the last words before a crash are the ones that matter. */

import type { Logger } from './ports.ts'
import { STDERR, writeLine } from './write-line.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LoggerOptions {
  readonly level: LogLevel
  /** File descriptor: 1 for stdout, 2 (the default) for stderr, which leaves stdout to data. */
  readonly destination?: number
  /** In every line, to tell the processes of a network apart. */
  readonly fields?: object
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/** Lines are `{"level":"info","time":<Unix ms>,...fields,"msg":"..."}`. */
export function createLogger({ level, destination = STDERR, fields = {} }: LoggerOptions): Logger {
  const logAt = (severity: LogLevel) => {
    if (LEVELS.indexOf(severity) < LEVELS.indexOf(level)) return () => {}
    return (more: object, msg: string) => {
      const line = { level: severity, time: Date.now(), ...fields, ...more, msg }
      writeLine(destination, JSON.stringify(line, inPlainJson))
    }
  }
  return {
    debug: logAt('debug'),
    info: logAt('info'),
    warn: logAt('warn'),
    error: logAt('error'),
    child: (more) => createLogger({ level, destination, fields: { ...fields, ...more } }),
  }
}

/** What JSON has no words for. */
function inPlainJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return value.stack ?? value.message
  return value
}
