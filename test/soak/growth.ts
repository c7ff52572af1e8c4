/**
 * What grew during a soak, as a table and a judgement. A process that was killed begins anew, so memory and open files are judged over the
 * longest life that each process had, without its first minutes, in which caches fill. The probes collect garbage all the while, so that what
 * grows is held by something.
 */

import type { Figures, ProcessFigures } from './figures.ts'
import { type Sample, type Trend, trendOf } from './trend.ts'

export interface Growth {
  readonly table: string
  readonly leaks: readonly string[]
}

/** What one process took, over its time. */
type Life = readonly { readonly at: number; readonly figures: ProcessFigures }[]

interface Measure {
  readonly title: string
  readonly what: string
  readonly unit: number
  /** What is explained, as above. */
  readonly mostPerHour: number
  readonly of: (process: ProcessFigures) => number | null
}

const MIB = 2 ** 20
const WARM_UP_MS = 4 * 60_000
/** A shorter stretch shows caches that fill, and pages that come and go. */
const JUDGED_MINUTES = 15

const MEASURES: readonly Measure[] = [
  {
    // What blocks add to caches and indices, what anvil keeps of its chain, and what allocators leave in fragments.
    title: 'memory (MiB, longest life)',
    what: 'MiB of memory',
    unit: MIB,
    mostPerHour: 200 * MIB,
    of: ({ memoryBytes }) => memoryBytes,
  },
  {
    // A validator's seats are threads, which come and go with the committees: what they hold counts as memory only.
    title: 'live heap (MiB, longest life)',
    what: 'MiB of live heap',
    unit: MIB,
    mostPerHour: 60 * MIB,
    of: ({ liveBytes }) => liveBytes,
  },
  {
    title: 'open files (longest life)',
    what: 'open files',
    unit: 1,
    mostPerHour: 60,
    of: ({ openFiles }) => openFiles,
  },
]

export function judgeGrowth(figures: readonly Figures[], blocks: number): Growth {
  const names = [...new Set(figures.flatMap(({ processes }) => [...processes.keys()]))]
  const lives = names.map((name) => [name, longestLife(figures, name)] as const)
  const disk = [...figures[0]!.disk.keys()].map((part) => {
    const samples = figures.map(({ at, disk: parts }) => ({ at, value: parts.get(part)! }))
    return [part, trendOf(samples)] as const
  })
  const isOld = (life: Life) =>
    settledTrend(life.map(({ at }) => ({ at, value: 0 }))).minutes >= JUDGED_MINUTES
  const young = lives.flatMap(([name, life]) => (isOld(life) ? [] : [name]))
  const lines = [
    `${''.padEnd(33)} minutes   first  highest    last   per hour`,
    ...MEASURES.flatMap((measure) => [
      measure.title,
      ...lives.flatMap(([name, life]) => rowOf(name, samplesOf(life, measure), measure)),
    ]),
    'disk (MiB)',
    ...disk.map(([part, trend]) => row(part, trend, MIB)),
    `disk for each of ${blocks} rollup blocks: ${perBlock(disk, blocks)}`,
    `too young to be judged: ${young.join(', ') || 'none'}`,
  ]
  const leaks = lives.flatMap(([name, life]) => (isOld(life) ? leaksOf(name, life) : []))
  return { table: lines.join('\n'), leaks }
}

function leaksOf(name: string, life: Life): string[] {
  return MEASURES.flatMap((measure) => {
    const samples = samplesOf(life, measure)
    const perHour = samples.length === 0 ? null : settledTrend(samples).perHour
    if (perHour === null || perHour <= measure.mostPerHour) return []
    const [grown, explained] = [perHour, measure.mostPerHour].map((value) => Math.round(value / measure.unit))
    return [`${name} grows by ${grown} ${measure.what} an hour; ${explained} are explained`]
  })
}

function samplesOf(life: Life, { of }: Measure): Sample[] {
  return life.flatMap(({ at, figures }) => {
    const value = of(figures)
    return value === null ? [] : [{ at, value }]
  })
}

function settledTrend(samples: readonly Sample[]): Trend {
  const settled = samples.filter(({ at }) => at - samples[0]!.at >= WARM_UP_MS)
  return trendOf(settled.length === 0 ? samples.slice(-1) : settled)
}

function longestLife(figures: readonly Figures[], name: string): Life {
  const lives: { at: number; figures: ProcessFigures }[][] = []
  for (const { at, processes } of figures) {
    const one = processes.get(name)
    if (one === undefined) continue
    const life = lives.at(-1)
    if (life?.[0]?.figures.pid === one.pid) life.push({ at, figures: one })
    else lives.push([{ at, figures: one }])
  }
  return lives.reduce((longest, life) => (life.length > longest.length ? life : longest))
}

/** None for what was never measured. */
function rowOf(name: string, samples: readonly Sample[], { unit }: Measure): string[] {
  return samples.length === 0 ? [] : [row(name, trendOf(samples), unit)]
}

function row(name: string, { first, highest, last, perHour, minutes }: Trend, unit: number): string {
  const columns = [first, highest, last].map((value) => (value / unit).toFixed(1).padStart(8))
  const slope = perHour === null ? '-' : `${perHour > 0 ? '+' : ''}${(perHour / unit).toFixed(1)}`
  return `  ${name.padEnd(31)} ${minutes.toFixed(1).padStart(7)}${columns.join('')} ${slope.padStart(10)}`
}

function perBlock(disk: readonly (readonly [string, Trend])[], blocks: number): string {
  return disk.map(([part, { first, last }]) => `${part} ${Math.round((last - first) / blocks)} B`).join(', ')
}
