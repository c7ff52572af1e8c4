/** What Linux says in /proc of a process. Zero for one that ended in the meantime. */

import { readdirSync, readFileSync } from 'node:fs'

/** Memory in bytes, where a page that several processes share counts by its part. */
export function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]) * 1_024
  } catch {
    return 0
  }
}

export function openFilesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}
