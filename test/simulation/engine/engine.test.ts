import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { seedsFrom, simulateSeeds } from '../pool.ts'
import { describeFailure, Totals } from '../report.ts'
import { simulate } from './cluster.ts'

const SEEDS = 2000
/** Another one every day, unless SIMULATION_SEED says which. */
const SEED_OF_THE_DAY = Number(process.env.SIMULATION_SEED ?? Math.floor(Date.now() / 86_400_000) * 10_000)

describe('a simulated instance', () => {
  test(`keeps every invariant in ${SEEDS} runs with faults of all kinds`, async () => {
    const totals = new Totals()
    const failures: string[] = []
    await simulateSeeds({
      kind: 'engine',
      bls: false,
      jobs: availableParallelism(),
      seeds: seedsFrom(1, SEEDS),
      onResult: (result) => {
        totals.add(result)
        if (result.failure !== null) failures.push(describeFailure('engine', false, result))
        return failures.length === 0
      },
    })
    assert.deepEqual(failures, [])
    // The faults did happen, and blocks were made in spite of them.
    const { crashes, evidence, height } = Object.fromEntries(totals.counts)
    assert.ok(crashes! > SEEDS && evidence! > SEEDS && height! > 10 * SEEDS, totals.describe('engine', 0))
  })

  test(`keeps them with the seed of the day, ${SEED_OF_THE_DAY}`, async () => {
    await simulate(SEED_OF_THE_DAY)
  })

  test('keeps them with real BLS signatures', async () => {
    const { height } = await simulate(3, {
      weights: [1, 1, 1, 1],
      styles: ['honest', 'chaos', 'honest', 'honest'],
      bls: true,
    })
    assert.ok(height > 3)
  })
})

describe('a seed', () => {
  test('is the same run each time, to the last message, and in every process', async () => {
    const [first, second] = [await simulate(31), await simulate(31)]
    assert.deepEqual(first, second)
    assert.equal(await digestElsewhere(31), first.digest)
  })

  test('is followed without changing it', async () => {
    const lines: string[] = []
    const followed = await simulate(32, {}, { trace: (line) => lines.push(line) })
    assert.equal(followed.digest, (await simulate(32)).digest)
    for (const what of ['starts', 'signs N', 'has certificate', 'enters view', 'commits block', '<- seat'])
      assert.ok(
        lines.some((line) => line.includes(what)),
        `nobody ${what}`,
      )
  })

  test('is another run than any other', async () => {
    const digests = await Promise.all([1, 2, 3, 4].map(async (seed) => (await simulate(seed)).digest))
    assert.equal(new Set(digests).size, 4)
  })
})

async function digestElsewhere(seed: number): Promise<string> {
  const main = join(import.meta.dirname, '../main.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--seed', `${seed}`])
  return /^digest (0x[0-9a-f]{64})$/m.exec(stdout)![1]!
}
