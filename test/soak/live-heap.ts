/** What is alive in the heaps of a soak's processes, as the probe in each of them wrote it down. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The processes of networks that are started from now on write theirs into `folder`, and this one too. */
export async function probeHeaps(folder: string): Promise<void> {
  const probe = fileURLToPath(new URL('live-heap-probe.ts', import.meta.url))
  process.env.BEACON_SOAK_HEAPS = folder
  process.env.BEACON_NODE_OPTIONS = `--require ${JSON.stringify(probe)}`
  await import('./live-heap-probe.ts')
}

/** Bytes in the main thread, buffers outside the heap counted in; null for a process without the probe. */
export function liveHeapOf(folder: string, pid: number): number | null {
  try {
    return Number(readFileSync(join(folder, String(pid)), 'utf8')) || null
  } catch {
    return null
  }
}
