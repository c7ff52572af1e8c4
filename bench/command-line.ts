/** How long the command lines take that people type all day, beside those of the tools that they know. Interleaved. */

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hardhatProject } from './peer-node.ts'
import { median } from './statistics.ts'
import type { Table } from './table.ts'

const RUNS = 10
const ROOT = join(import.meta.dirname, '..')
const run = promisify(execFile)

interface Program {
  readonly label: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
}

export async function measureCommandLine(): Promise<Table[]> {
  const all = programs()
  const times = all.map((): number[] => [])
  for (let i = 0; i < RUNS + 1; i++) {
    for (const [which, { file, args, cwd }] of all.entries()) {
      const startedAt = performance.now()
      await run(file, [...args], { cwd })
      // The first run of each fills caches.
      if (i > 0) times[which]!.push(performance.now() - startedAt)
    }
  }
  return [
    {
      title: 'The command line',
      command: 'npm run bench -- command-line',
      columns: ['', 'median ms', 'min ms', 'max ms'],
      rows: all.map(({ label }, which) => [
        label,
        ...[median(times[which]!), Math.min(...times[which]!), Math.max(...times[which]!)].map(Math.round),
      ]),
      notes: [`${RUNS} runs, interleaved; forge is a native program, the others run on Node`],
    },
  ]
}

function programs(): Program[] {
  const beacon = (...args: string[]): Program => ({
    label: `beacon ${args.join(' ')}`,
    file: process.execPath,
    args: [join(ROOT, 'bin/run.js'), ...args],
    cwd: ROOT,
  })
  const hardhat = hardhatProject()
  return [
    beacon('--version'),
    beacon('--help'),
    beacon('devnet', 'up', '--help'),
    { label: 'forge --help', file: forgeBinary(), args: ['--help'], cwd: ROOT },
    ...(hardhat === null
      ? []
      : [
          {
            label: 'hardhat --help',
            file: join(hardhat, 'node_modules/.bin/hardhat'),
            args: ['--help'],
            cwd: hardhat,
          },
        ]),
  ]
}

/** Itself rather than its npm wrapper, which is a Node program. */
function forgeBinary(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const wrapper = createRequire(import.meta.url).resolve('@foundry-rs/forge/package.json')
  return createRequire(wrapper).resolve(`@foundry-rs/forge-${process.platform}-${architecture}/bin/forge`)
}
