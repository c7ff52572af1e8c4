/** What a network takes at a moment: memory and open files of each process, and the parts of its folder. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TestDevnet } from '../../src/testing/devnet.ts'
import { liveHeapOf } from './live-heap.ts'
import { openFilesOf, pssOf } from './process-figures.ts'

export interface ProcessFigures {
  readonly pid: number
  readonly memoryBytes: number
  /** Of its main thread's heap, right after a collection of garbage; null if it isn't Node. */
  readonly liveBytes: number | null
  readonly openFiles: number
}

export interface Figures {
  readonly at: number
  /** Alive ones; `soak` is this process. */
  readonly processes: ReadonlyMap<string, ProcessFigures>
  /** Bytes by part: stores, write-ahead logs, log files, the L1, and what else there is. */
  readonly disk: ReadonlyMap<string, number>
}

const PARTS: readonly (readonly [string, RegExp])[] = [
  ['rollup stores', /\/rollup-\d+\/chain\//],
  ['Beacon stores', /\/data\/beacon\//],
  ['WAL', /\/data\/(beacon-wal|rollup-\d+)\/[^/]+$/],
  ['L1', /\/nodes\/l1\//],
  ['log files', /\/logs\//],
]
const OTHER = 'other'

/** `heaps` is where the probes write. */
export async function takeFigures(devnet: TestDevnet, heaps: string): Promise<Figures> {
  const running = [
    ...(await devnet.processes()).map(({ name, pid }) => [name, pid] as const),
    ['supervisor', devnet.endpoints.pid] as const,
    ['soak', process.pid] as const,
  ]
  const processes = running.flatMap(([name, pid]) => {
    const memoryBytes = pid === null ? 0 : pssOf(pid)
    return memoryBytes === 0
      ? []
      : [
          [
            name,
            { pid: pid!, memoryBytes, liveBytes: liveHeapOf(heaps, pid!), openFiles: openFilesOf(pid!) },
          ] as const,
        ]
  })
  return { at: Date.now(), processes: new Map(processes), disk: diskParts(devnet.dir) }
}

function diskParts(dir: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>([...PARTS.map(([part]) => [part, 0] as const), [OTHER, 0] as const])
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const part = PARTS.find(([, pattern]) => pattern.test(path))?.[0] ?? OTHER
    sizes.set(part, sizes.get(part)! + sizeOf(path))
  }
  return sizes
}

/** Zero for a file that is gone by now: stores merge theirs. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
