/**
 * Breaks the production code in known ways, one at a time, and sees whether the simulator notices: `npm run mutants`, or
 * `npm run mutants -- NAME... --jobs N` for some of them. Prints a table; the exit code is 1 if one was not noticed.
 */

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { renderText } from '../../bench/table.ts'
import { hunt, type Verdict } from './hunt.ts'
import type { Detector, Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { Workspaces } from './workspace.ts'

/** Without a mutant, so many seeds must find nothing. */
const CONTROL_SEEDS = 100

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: `${availableParallelism()}` } },
})
const unknown = positionals.find((name) => MUTANTS.every((mutant) => mutant.name !== name))
if (unknown !== undefined) {
  process.stderr.write(`there is no mutant '${unknown}'; choose of\n${MUTANTS.map(describe).join('\n')}\n`)
  process.exit(2)
}
const chosen = MUTANTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
using workspaces = new Workspaces()
for (const mutant of chosen) workspaces.remove(workspaces.create(mutant))
await expectNothing(chosen.map(({ caughtBy }) => caughtBy))
const verdicts = await inParallel(chosen, huntMutant)
process.stdout.write(
  renderText({
    title: 'Mutants',
    command: 'npm run mutants',
    columns: ['mutant', 'killed by', 'at seed', 'after (s)', 'budget'],
    rows: chosen.map((mutant, index) => rowOf(mutant, verdicts[index]!)),
    notes: [],
  }),
)
const missed = verdicts.filter(({ outcome }) => outcome !== 'killed').length
process.stdout.write(
  missed === 0 ? 'every mutant was killed\n' : `${missed} of ${chosen.length} were not killed\n`,
)
process.exitCode = missed === 0 ? 0 : 1

async function huntMutant(mutant: Mutant): Promise<Verdict> {
  const folder = workspaces.create(mutant)
  const verdict = await hunt(mutant.caughtBy, folder, stop.signal)
  workspaces.remove(folder)
  process.stderr.write(`${mutant.name}: ${verdict.outcome} after ${verdict.seconds.toFixed(1)} s\n`)
  if (verdict.outcome === 'unclear') process.stderr.write(`${verdict.output.slice(-4_000)}\n`)
  return verdict
}

/** What fails without a mutant proves nothing about one. */
async function expectNothing(detectors: readonly Detector[]): Promise<void> {
  const distinct = new Map(detectors.map(asControl).map((detector) => [JSON.stringify(detector), detector]))
  await inParallel([...distinct.values()], async (detector) => {
    const verdict = await hunt(detector, workspaces.original, stop.signal)
    if (verdict.outcome !== 'survived')
      throw new Error(`without a mutant: ${JSON.stringify({ detector, verdict }, null, 2)}`)
  })
}

function asControl(detector: Detector): Detector {
  return detector.kind === 'test' ? detector : { ...detector, seeds: CONTROL_SEEDS, invariants: [] }
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await task(item)
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker))
  return results
}

function rowOf({ name, caughtBy }: Mutant, verdict: Verdict): (string | number)[] {
  const budget = caughtBy.kind === 'test' ? '-' : `${caughtBy.seeds} seeds`
  const seconds = verdict.seconds.toFixed(1)
  if (verdict.outcome !== 'killed') return [name, verdict.outcome.toUpperCase(), '-', seconds, budget]
  return [name, verdict.seed === null ? 'test' : verdict.by, verdict.seed ?? '-', seconds, budget]
}

function describe({ name, breaks }: Mutant): string {
  return `  ${name}: ${breaks}`
}
