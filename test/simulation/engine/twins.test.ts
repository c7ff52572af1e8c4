import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TWINS_SCENARIOS } from '../options.ts'
import { createTwins, simulateTwins, twinsScenarios } from './twins.ts'

/** Of the scenarios of four views, one in so many is run here; `npm run simulate -- --twins` runs them all. */
const STRIDE = 10_007

describe('a twin among four seats', () => {
  test('breaks nothing in any scenario of two views', async () => {
    let count = 0
    let evidence = 0
    for (const scenario of twinsScenarios(2)) {
      const outcome = await simulateTwins(scenario, ++count)
      evidence += outcome.evidence
    }
    assert.equal(count, 405)
    assert.ok(evidence > 100, `${evidence} pieces of evidence: the twin did not contradict itself`)
  })

  test(`breaks nothing in one of ${STRIDE} of the ${TWINS_SCENARIOS} scenarios of four views`, async () => {
    const simulate = createTwins()
    for (let number = 1; number <= TWINS_SCENARIOS; number += STRIDE) await simulate(number)
    assert.throws(() => simulate(TWINS_SCENARIOS + 1), RangeError)
  })
})
