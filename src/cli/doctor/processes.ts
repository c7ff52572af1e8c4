/** All processes that this user can see, with their arguments. */

import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

export interface SeenProcess {
  readonly pid: number
  /** Separated by spaces. */
  readonly args: string
}

const PS_BYTES_MAX = 16 * 1024 * 1024

/** From /proc, since small containers have no `ps`; elsewhere from that. */
export function listProcesses(): Promise<SeenProcess[]> {
  return existsSync('/proc/self/cmdline') ? Promise.resolve(fromProc()) : fromPs()
}

function fromProc(): SeenProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
      return [{ pid: Number(pid), args }]
    } catch {
      // It ended in the meantime.
      return []
    }
  })
}

async function fromPs(): Promise<SeenProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='], { maxBuffer: PS_BYTES_MAX })
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+) (.*)$/.exec(line)
    return match === null ? [] : [{ pid: Number(match[1]), args: match[2]! }]
  })
}
