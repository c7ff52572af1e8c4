/**
 * Measures what a user waits for and pays: `npm run bench`, or `npm run bench -- latency memory` for some of it. Prints tables; with
 * --write they become docs/benchmarks.md. Bounded in time and requests, talks to this machine only, leaves nothing running.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureCommandLine } from './command-line.ts'
import { measureElections } from './elections.ts'
import { measureLatency } from './latency.ts'
import { describeMachine } from './machine.ts'
import { measureMemory } from './memory.ts'
import { measureParts } from './parts.ts'
import { renderReport } from './report.ts'
import { measureStaking } from './staking.ts'
import { measureStartup } from './startup.ts'
import { renderText, type Table } from './table.ts'
import { measureThroughput } from './throughput.ts'

const MEASUREMENTS: Readonly<Record<string, () => Promise<Table[]>>> = {
  parts: measureParts,
  elections: measureElections,
  staking: measureStaking,
  'command-line': measureCommandLine,
  startup: measureStartup,
  latency: measureLatency,
  throughput: measureThroughput,
  memory: measureMemory,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
})
const unknown = positionals.find((name) => !Object.hasOwn(MEASUREMENTS, name))
if (unknown !== undefined) {
  process.stderr.write(`there is no '${unknown}'; choose of ${Object.keys(MEASUREMENTS).join(', ')}\n`)
  process.exit(2)
}

const machine = describeMachine()
process.stdout.write(`${machine}\n`)
const tables: Table[] = []
for (const name of positionals.length === 0 ? Object.keys(MEASUREMENTS) : positionals) {
  for (const table of await MEASUREMENTS[name]!()) {
    tables.push(table)
    process.stdout.write(`\n${renderText(table)}`)
  }
}
if (values.write) {
  const path = join(import.meta.dirname, '../docs/benchmarks.md')
  writeFileSync(path, renderReport(machine, tables))
  process.stdout.write('\nwritten to docs/benchmarks.md\n')
}
