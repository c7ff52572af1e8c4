/** Lines into a log file, written at once. A disk that is full costs the line, not the process, and lines come again once it has room. */

import { writeSync } from 'node:fs'

export const STDOUT = 1
export const STDERR = 2

/** Through the file descriptor, for process.stdout breaks for good with the first write that fails. */
export function writeLine(destination: number, line: string): void {
  try {
    writeSync(destination, `${line}\n`)
  } catch {
    // There is nowhere to say so.
  }
}
