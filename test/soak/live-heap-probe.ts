/**
 * Preloaded into every process and thread of a soak: collects the garbage now and then, and writes down what is left in a process's main
 * thread. V8 lets garbage lie where memory is plenty, so without this neither its heap nor the process's memory says whether anything leaks.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

const EVERY_MS = 15_000
const folder = process.env.BEACON_SOAK_HEAPS

if (folder !== undefined) {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  setInterval(() => {
    collect()
    if (isMainThread) tell(join(folder, String(process.pid)))
  }, EVERY_MS).unref()
}

function tell(file: string): void {
  const { used_heap_size, external_memory } = getHeapStatistics()
  try {
    writeFileSync(file, String(used_heap_size + external_memory))
  } catch {
    // A soak that ends takes the folder along.
  }
}
