import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { describe, test } from 'node:test'
import { seedsFrom, simulateSeeds } from '../pool.ts'
import { describeFailure, Totals } from '../report.ts'
import { simulate } from './simulate.ts'

const SEEDS = 100
/** Another one every day, unless SIMULATION_SEED says which. */
const SEED_OF_THE_DAY = Number(process.env.SIMULATION_SEED ?? Math.floor(Date.now() / 86_400_000) * 10_000)

describe('a simulated network', () => {
  test(`keeps every invariant in ${SEEDS} runs with troubles of all kinds`, async () => {
    const totals = new Totals()
    const failures: string[] = []
    await simulateSeeds({
      kind: 'network',
      bls: false,
      jobs: availableParallelism(),
      seeds: seedsFrom(1, SEEDS),
      onResult: (result) => {
        totals.add(result)
        if (result.failure !== null) failures.push(describeFailure('network', false, result))
        return failures.length === 0
      },
    })
    assert.deepEqual(failures, [])
    // The troubles did come, and chains went on in spite of them.
    const { crashes, evidence, handOvers, confirmed, upgrades, upgradesGivenUp } = Object.fromEntries(
      totals.counts,
    )
    const didHappen =
      crashes! > SEEDS &&
      evidence! > 5 &&
      handOvers! > 20 &&
      confirmed! > 10 * SEEDS &&
      upgrades! > 5 &&
      upgradesGivenUp! > 5
    assert.ok(didHappen, totals.describe('network', 0))
  })

  test(`keeps them with the seed of the day, ${SEED_OF_THE_DAY}`, async () => {
    await simulate(SEED_OF_THE_DAY)
  })

  test('does the same for the same seed, to the last message, whether it is followed or not', async () => {
    const lines: string[] = []
    const { digest } = await simulate(8, { trace: (line) => lines.push(line) })
    assert.equal((await simulate(8)).digest, digest)
    assert.notEqual((await simulate(7)).digest, digest)
    assert.match(lines.join('\n'), /all is well/)
  })
})
