/**
 * Breaks the production code in known ways, one at a time, and sees whether the simulator notices: `npm run mutants`, or
 * `npm run mutants -- NAME... --jobs N` for some of them. Prints a table; the exit code is 1 if one was not noticed.
 */

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { renderText } from '../../bench/table.ts'
import { hunt, type Verdict } from './hunt.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { Workspaces } from './workspace.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: `${availableParallelism()}` } },
})
const unknown = positionals.find((name) => MUTANTS.every((mutant) => mutant.name !== name))
if (unknown !== undefined) {
  const known = MUTANTS.map(({ name, breaks }) => `  ${name}: ${breaks}`)
  process.stderr.write(`there is no mutant '${unknown}'; choose of\n${known.join('\n')}\n`)
  process.exit(2)
}
const jobs = Number(values.jobs)
if (!Number.isSafeInteger(jobs) || jobs < 1) {
  process.stderr.write(`--jobs is a whole number from 1 on, not '${values.jobs}'\n`)
  process.exit(2)
}
const chosen = MUTANTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
using workspaces = new Workspaces()
for (const mutant of chosen) workspaces.remove(workspaces.create(mutant))
const verdicts = new Map<Mutant, Verdict>()
const queue = chosen.values()
await Promise.all(Array.from({ length: jobs }, work))
process.stdout.write(
  renderText({
    title: 'Mutants',
    command: 'npm run mutants',
    columns: ['mutant', 'killed by', 'at seed', 'after (s)', 'budget'],
    rows: chosen.map((mutant) => rowOf(mutant, verdicts.get(mutant)!)),
    notes: [],
  }),
)
const missed = [...verdicts.values()].filter(({ outcome }) => outcome !== 'killed').length
process.stdout.write(`${chosen.length - missed} of ${chosen.length} were killed\n`)
process.exitCode = missed === 0 ? 0 : 1

async function work(): Promise<void> {
  for (const mutant of queue) {
    const verdict = await judge(mutant)
    verdicts.set(mutant, verdict)
    process.stderr.write(`${mutant.name}: ${verdict.outcome} after ${verdict.seconds.toFixed(1)} s\n`)
    if (verdict.outcome === 'unclear') process.stderr.write(`${verdict.output.slice(-4_000)}\n`)
  }
}

/** What is found without the mutant too proves nothing about it. */
async function judge(mutant: Mutant): Promise<Verdict> {
  const { caughtBy } = mutant
  const folder = workspaces.create(mutant)
  const count = caughtBy.kind === 'test' ? 1 : caughtBy.seeds
  const verdict = await hunt(caughtBy, { count }, folder, stop.signal)
  workspaces.remove(folder)
  if (verdict.outcome !== 'killed') return verdict
  const control = await hunt(caughtBy, { only: verdict.seed ?? 1 }, workspaces.original, stop.signal)
  return control.outcome === 'survived' ? verdict : { ...control, outcome: 'unclear' }
}

function rowOf({ name, caughtBy }: Mutant, verdict: Verdict): (string | number)[] {
  const budget = caughtBy.kind === 'test' ? '-' : `${caughtBy.seeds} seeds`
  const seconds = verdict.seconds.toFixed(1)
  if (verdict.outcome !== 'killed') return [name, verdict.outcome.toUpperCase(), '-', seconds, budget]
  return [name, verdict.by, verdict.seed ?? '-', seconds, budget]
}
