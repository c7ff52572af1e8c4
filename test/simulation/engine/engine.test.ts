import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { simulate } from './cluster.ts'

/** Continue a failing seed with: SIMULATION_SEED=<seed> npm run test:unit -- test/simulation/engine/engine.test.ts */
const SEED = Number(process.env.SIMULATION_SEED ?? 1)
const SEEDS = process.env.SIMULATION_SEED === undefined ? 100 : 1

describe('a simulated instance', () => {
  test(`agrees, never double-votes and goes on, with crashes, partitions, loss and Byzantine seats (${SEEDS} seeds)`, async () => {
    let crashes = 0
    let evidence = 0
    for (let seed = SEED; seed < SEED + SEEDS; seed++) {
      const outcome = await simulate(seed)
      crashes += outcome.crashes
      evidence += outcome.evidence
    }
    // The faults did happen.
    if (SEEDS > 1)
      assert.ok(crashes > 20 && evidence > 100, `${crashes} crashes, ${evidence} pieces of evidence`)
  })

  test('does the same for the same seed', async () => {
    assert.deepEqual(await simulate(31), await simulate(31))
  })
})
