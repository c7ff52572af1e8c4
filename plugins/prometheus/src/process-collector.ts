/** The processes of a devnet: which run, and on Linux what they use, as /proc has it. */

import { readFile } from 'node:fs/promises'
import type { ProcessStatus } from 'beaconlayer/testing'
import type { Metrics } from './metrics.ts'

export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

/** USER_HZ, which Linux shows times in on every architecture. */
const TICKS_PER_S = 100
/** Fields of /proc/PID/stat behind the name in brackets: user and system time, in ticks. */
const USER_TIME = 11
const SYSTEM_TIME = 12
const BYTES_PER_KB = 1_024

export async function collectProcesses(
  processes: readonly ProcessStatus[],
  metrics: Metrics['processes'],
): Promise<void> {
  const usages = await Promise.all(processes.map(({ pid }) => (pid === null ? null : readUsage(pid))))
  // A process that was started again begins at zero, which is what its counter must do.
  metrics.cpu.reset()
  for (const [i, { name, state }] of processes.entries()) {
    metrics.up.set({ process: name }, state === 'running' ? 1 : 0)
    const usage = usages[i]
    if (!usage) continue
    metrics.cpu.inc({ process: name }, usage.cpuSeconds)
    metrics.memory.set({ process: name }, usage.residentBytes)
  }
}

/** Null if it has ended, or if there is no /proc. */
async function readUsage(pid: number): Promise<ProcessUsage | null> {
  const texts = ['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8'))
  const [stat, status] = await Promise.all(texts).catch(() => [])
  return stat === undefined || status === undefined ? null : parseUsage(stat, status)
}

export function parseUsage(stat: string, status: string): ProcessUsage {
  // The name may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])
  const [, residentKb = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? []
  return { cpuSeconds: ticks / TICKS_PER_S, residentBytes: Number(residentKb) * BYTES_PER_KB }
}
