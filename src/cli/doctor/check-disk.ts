/** Whether the folder of devnets can be written to and has room. */

import { existsSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { broken, type Finding, ok, type Patient, warning } from './finding.ts'

/** A devnet of seven validators writes some megabytes a minute, and stops when it can't. */
const NEEDED_BYTES = 100 * 1024 * 1024
const COMFORTABLE_BYTES = 1024 * 1024 * 1024

export function checkDisk({ root }: Patient, freeBytes = freeBytesOf): Finding[] {
  const folder = existing(root)
  try {
    rmdirSync(mkdtempSync(join(folder, '.beacon-doctor-')))
  } catch (cause) {
    const wayOut = 'pass --dir or set BEACON_HOME to a folder that you can write to'
    return [broken('disk', `${folder} can't be written: ${(cause as Error).message}`, wayOut)]
  }
  const bytes = freeBytes(folder)
  const room = `${folder} has ${Math.floor(bytes / 1024 / 1024).toLocaleString('en')} MiB left`
  const wayOut = 'free some space: `beacon devnet prune` removes stopped devnets'
  if (bytes < NEEDED_BYTES) return [broken('disk', room, wayOut)]
  return [bytes < COMFORTABLE_BYTES ? warning('disk', room, wayOut) : ok('disk', room)]
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** The folder, or the nearest one above it that there is. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder))
}
