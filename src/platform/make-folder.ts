/**
 * Makes a folder and those above it. Node's own recursive mkdir never ends where a folder exists and nothing can be made in it, as in /proc:
 * there the system says that the folder above is missing, and Node makes that one again and again.
 */

import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** What exists stays. Throws the system's error. */
export function makeFolder(path: string, mode = 0o777): void {
  if (isMade(path, mode)) return
  makeFolder(dirname(path), mode)
  mkdirSync(path, { mode })
}

/** False if a folder above is missing, and could be made. */
function isMade(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode })
    return true
  } catch (error) {
    if (isFolder(path)) return true
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isFolder(dirname(path))) return false
    throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
