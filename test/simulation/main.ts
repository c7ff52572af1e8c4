/** `npm run simulate`: exit code 0 if every invariant held in every seed, 1 if not, 2 if the flags were wrong. */

import { loadSimulation } from './kinds.ts'
import { type Options, parseOptions, USAGE } from './options.ts'
import { seedsFrom, simulateSeeds } from './pool.ts'
import { describeFailure, Totals } from './report.ts'

const MS_PER_HOUR = 3_600_000

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args)
    return options.seed === null ? await simulateMany(options) : await replay(options, options.seed)
  } catch (error) {
    print(`${(error as Error).message}\n\n${USAGE}`)
    return 2
  }
}

async function simulateMany({ kind, bls, jobs, from, seeds, hours, keepGoing }: Options): Promise<number> {
  const startedMs = performance.now()
  const endsMs = startedMs + hours * MS_PER_HOUR
  const totals = new Totals()
  let isInterrupted = false
  // Once: a second Ctrl-C ends it without the totals.
  process.once('SIGINT', () => {
    isInterrupted = true
  })
  await simulateSeeds({
    kind,
    bls,
    jobs: Math.min(jobs, seeds),
    seeds: seedsFrom(from, seeds),
    onResult: (result) => {
      totals.add(result)
      if (result.failure !== null) print(`${describeFailure(kind, bls, result)}\n`)
      return (keepGoing || totals.failures === 0) && performance.now() < endsMs && !isInterrupted
    },
  })
  print(totals.describe(kind, performance.now() - startedMs))
  return totals.failures === 0 ? 0 : 1
}

/** In this thread, so that it can be followed with a debugger. */
async function replay({ kind, bls, trace }: Options, seed: number): Promise<number> {
  const simulate = await loadSimulation(kind)
  try {
    const { digest, counts } = await simulate(seed, trace ? { bls, trace: print } : { bls })
    const counted = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
    print(`seed ${seed}: every invariant held\n${counted.join(', ')}\ndigest ${digest}`)
    return 0
  } catch (error) {
    print(describeFailure(kind, bls, { seed, cpuMs: 0, outcome: null, failure: (error as Error).message }))
    return 1
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
