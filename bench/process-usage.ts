/** What processes have used, from Linux's /proc. */

import { readFileSync } from 'node:fs'

export interface MeasuredProcess {
  readonly name: string
  readonly pid: number
}

/** The kernel's USER_HZ, 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10

/** User and system time of all of a process's threads since it started, to 10 ms. */
export function cpuTimeMs({ pid }: MeasuredProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field, the program's name in parentheses, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
}

export function totalCpuTimeMs(processes: readonly MeasuredProcess[]): number {
  return processes.reduce((sum, one) => sum + cpuTimeMs(one), 0)
}

/** Resident memory in MB. */
export function residentMb({ pid }: MeasuredProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return Number(kilobytes) / 1024
}
