/** The logs of a devnet's processes, read by other processes: which there are, their ends, and what is added. */

import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolder } from '../platform/make-folder.ts'
import type { DevnetFolder } from './folder.ts'

/** However many lines are asked for, no more is read. */
const TAIL_BYTES_MAX = 4 * 1024 * 1024
const POLL_MS = 100
const QUOTED_LINES = 8
const QUOTED_BYTES = 8 * 1024

export interface Log {
  readonly process: string
  readonly file: string
}

/** In alphabetical order; none if the devnet was never up. */
export function listLogs(folder: DevnetFolder): Log[] {
  if (!existsSync(folder.logsPath)) return []
  return readdirSync(folder.logsPath)
    .filter((file) => file.endsWith('.log'))
    .map((file) => ({ process: file.slice(0, -'.log'.length), file: join(folder.logsPath, file) }))
    .sort((a, b) => a.process.localeCompare(b.process, 'en', { numeric: true }))
}

/** Copies all logs into the folder `target`, with what tells which network wrote them. Returns the copies. */
export function copyLogs(folder: DevnetFolder, target: string): string[] {
  makeFolder(target)
  const files = [...listLogs(folder).map(({ file }) => file), folder.configFile, folder.endpointsFile]
  return files.filter(existsSync).map((file) => {
    const copy = join(target, basename(file))
    copyFileSync(file, copy)
    return copy
  })
}

export function readLastLines(file: string, count: number): string[] {
  if (count === 0) return []
  const { size } = statSync(file)
  const text = readRange(file, Math.max(0, size - TAIL_BYTES_MAX), size)
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.slice(-count)
}

/** Calls `onLine` with each line that is added from now on, until the returned function is called. */
export function followLog(file: string, onLine: (line: string) => void): () => void {
  let offset = statSync(file).size
  let unfinished = ''
  const look = () => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    // Shorter than before: it was started anew.
    if (size < offset) offset = 0
    if (size === offset) return
    const lines = (unfinished + readRange(file, offset, size)).split('\n')
    offset = size
    unfinished = lines.pop()!
    for (const line of lines) onLine(line)
  }
  const timer = setInterval(look, POLL_MS)
  return () => clearInterval(timer)
}

/** A few lines for an error, none from before the position `start`; empty if the log can't be read. */
export function lastLines(file: string, start: number): string {
  return readLog(file, start).trimEnd().split('\n').slice(-QUOTED_LINES).join('\n')
}

/** The end of a log, at most 8 KiB, nothing from before the position `start`; empty if it can't be read. */
export function readLog(file: string, start: number): string {
  try {
    const { size } = statSync(file)
    return readRange(file, Math.max(start, size - QUOTED_BYTES), size)
  } catch {
    return ''
  }
}

function readRange(file: string, from: number, to: number): string {
  const log = openSync(file, 'r')
  try {
    const length = Math.min(to, fstatSync(log).size) - from
    const buffer = Buffer.alloc(Math.max(length, 0))
    return buffer.toString('utf8', 0, readSync(log, buffer, 0, buffer.length, from))
  } finally {
    closeSync(log)
  }
}
