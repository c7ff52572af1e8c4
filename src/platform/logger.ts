/** Log lines as JSON, written at once: the last words before a crash are the ones that matter. */

import pino from 'pino'
import type { Logger } from './ports.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LoggerOptions {
  readonly level: LogLevel
  /** File descriptor: 1 for stdout, 2 (the default) for stderr, which leaves stdout to data. */
  readonly destination?: number
  /** In every line, to tell the processes of a network apart. */
  readonly fields?: object
}

/** Lines are `{"level":"info","time":<Unix ms>,...fields,"msg":"..."}`. */
export function createLogger({ level, destination = 2, fields = {} }: LoggerOptions): Logger {
  return pino(
    { level, base: fields, formatters: { level: (label) => ({ level: label }) } },
    pino.destination({ dest: destination, sync: true }),
  )
}
