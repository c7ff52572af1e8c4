/**
 * What grew during a soak, as a table and a judgement. A process that was killed begins anew, so memory and open files are judged over the
 * longest life that each process had, without its first minutes, in which caches fill.
 */

import type { Figures } from './figures.ts'
import { type Sample, type Trend, trendOf } from './trend.ts'

export interface Growth {
  readonly table: string
  readonly leaks: readonly string[]
}

interface Life {
  readonly pid: number
  readonly memory: Sample[]
  readonly openFiles: Sample[]
}

const MIB = 2 ** 20
const WARM_UP_MS = 4 * 60_000
/** V8 lets garbage lie for ten minutes where memory is plenty, some 50 MiB of a validator's: a shorter stretch shows that, and no leak. */
const JUDGED_MINUTES = 20
/** Beyond what blocks add to caches and indices, of some thousands of blocks an hour; also what anvil keeps of its chain in memory. */
const MEMORY_PER_HOUR = 200 * MIB
const OPEN_FILES_PER_HOUR = 60

export function judgeGrowth(figures: readonly Figures[], blocks: number): Growth {
  const names = [...new Set(figures.flatMap(({ processes }) => [...processes.keys()]))]
  const lives = new Map(names.map((name) => [name, longestLife(figures, name)]))
  const disk = [...figures[0]!.disk.keys()].map((part) => {
    const samples = figures.map(({ at, disk: parts }) => ({ at, value: parts.get(part)! }))
    return [part, trendOf(samples)] as const
  })
  const judged = names.map((name) => [name, leaksOf(name, lives.get(name)!)] as const)
  const young = judged.flatMap(([name, leaks]) => (leaks === null ? [name] : []))
  const lines = [
    'memory (MiB, longest life)        minutes   first  highest    last   per hour',
    ...names.map((name) => row(name, trendOf(lives.get(name)!.memory), MIB)),
    'open files (longest life)',
    ...names.map((name) => row(name, trendOf(lives.get(name)!.openFiles), 1)),
    'disk (MiB)',
    ...disk.map(([part, trend]) => row(part, trend, MIB)),
    `disk for each of ${blocks} rollup blocks: ${perBlock(disk, blocks)}`,
    `too young to be judged: ${young.join(', ') || 'none'}`,
  ]
  return { table: lines.join('\n'), leaks: judged.flatMap(([, leaks]) => leaks ?? []) }
}

/** Null if the process did not live for long enough to be judged. */
function leaksOf(name: string, { memory, openFiles }: Life): string[] | null {
  const [memoryTrend, filesTrend] = [memory, openFiles].map(settledTrend)
  if (memoryTrend!.perHour === null || memoryTrend!.minutes < JUDGED_MINUTES) return null
  const leak = (perHour: number, most: number, unit: number, what: string) =>
    perHour <= most
      ? []
      : [`${name} grows by ${Math.round(perHour / unit)} ${what} an hour; ${most / unit} are explained`]
  return [
    ...leak(memoryTrend!.perHour, MEMORY_PER_HOUR, MIB, 'MiB'),
    ...leak(filesTrend!.perHour!, OPEN_FILES_PER_HOUR, 1, 'open files'),
  ]
}

function settledTrend(samples: readonly Sample[]): Trend {
  const settled = samples.filter(({ at }) => at - samples[0]!.at >= WARM_UP_MS)
  return trendOf(settled.length === 0 ? samples.slice(-1) : settled)
}

function longestLife(figures: readonly Figures[], name: string): Life {
  const lives: Life[] = []
  for (const { at, processes } of figures) {
    const one = processes.get(name)
    if (one === undefined) continue
    if (lives.at(-1)?.pid !== one.pid) lives.push({ pid: one.pid, memory: [], openFiles: [] })
    lives.at(-1)!.memory.push({ at, value: one.memoryBytes })
    lives.at(-1)!.openFiles.push({ at, value: one.openFiles })
  }
  return lives.reduce((longest, life) => (life.memory.length > longest.memory.length ? life : longest))
}

function row(name: string, { first, highest, last, perHour, minutes }: Trend, unit: number): string {
  const columns = [first, highest, last].map((value) => (value / unit).toFixed(1).padStart(8))
  const slope = perHour === null ? '-' : `${perHour > 0 ? '+' : ''}${(perHour / unit).toFixed(1)}`
  return `  ${name.padEnd(31)} ${minutes.toFixed(1).padStart(7)}${columns.join('')} ${slope.padStart(10)}`
}

function perBlock(disk: readonly (readonly [string, Trend])[], blocks: number): string {
  return disk.map(([part, { first, last }]) => `${part} ${Math.round((last - first) / blocks)} B`).join(', ')
}
