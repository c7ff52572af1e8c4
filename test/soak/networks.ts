/**
 * Starts and stops many networks in parallel batches, as a test suite does, some of them by killing their test process, and looks for what
 * they leave: processes, ports, folders. `npm run soak:networks [NETWORKS] [BATCH]`; Linux only, since it reads /proc.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { listProcesses } from '../../src/cli/doctor/processes.ts'
import { leftBehind } from './left-behind.ts'
import { pssOf } from './process-figures.ts'

interface Told {
  readonly ports: readonly number[]
  readonly latencyMs: number
}

const [networks = 20, batch = 4] = process.argv.slice(2).map(Number)
/** Every so many is killed instead of disposed of. */
const KILLED_EVERY = 4
const SAMPLE_MS = 250

const folder = mkdtempSync(join(tmpdir(), 'beacon-soak-'))
const leaks: string[] = []
let peakBytes = 0
let isOver = false

const sampling = sampleMemory()
for (let first = 0; first < networks; first += batch) {
  const started = Date.now()
  const count = Math.min(batch, networks - first)
  const told = await Promise.all(Array.from({ length: count }, (_, i) => runOne(first + i)))
  const latencies = told.map(({ latencyMs }) => `${latencyMs} ms`).join(', ')
  leaks.push(
    ...(await leftBehind(
      folder,
      told.flatMap(({ ports }) => ports),
    )),
  )
  const seconds = ((Date.now() - started) / 1_000).toFixed(1)
  console.log(`${first + count} of ${networks} networks, ${seconds} s; soft confirmation after ${latencies}`)
}
isOver = true
await sampling
rmSync(folder, { recursive: true, force: true })
console.log(`peak memory of ${batch} networks and their tests: ${Math.round(peakBytes / 2 ** 20)} MiB (PSS)`)
for (const leak of leaks) console.error(`leak: ${leak}`)
console.log(leaks.length === 0 ? 'no process, port or folder was left' : `${leaks.length} leaks`)
process.exit(leaks.length === 0 ? 0 : 1)

async function runOne(index: number): Promise<Told> {
  const isKilled = index % KILLED_EVERY === KILLED_EVERY - 1
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'one-network.ts'), isKilled ? 'wait' : 'dispose'],
    {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  const told = await firstLine(child)
  if (isKilled) child.kill('SIGKILL')
  const [exitCode] = await exited
  if (!isKilled && exitCode !== 0) leaks.push(`network ${index} ended with exit code ${exitCode}`)
  return told
}

async function firstLine(child: ChildProcess): Promise<Told> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line)
  throw new Error('a network could not be started')
}

/** Of networks and test processes together, shared pages counted once. */
async function sampleMemory(): Promise<void> {
  while (!isOver) {
    const own = (await listProcesses()).filter(
      ({ args }) => args.includes(folder) || args.includes('soak/one-network.ts'),
    )
    peakBytes = Math.max(
      peakBytes,
      own.map(({ pid }) => pssOf(pid)).reduce((sum, bytes) => sum + bytes, 0),
    )
    await delay(SAMPLE_MS)
  }
}
