import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EvidenceAnswer } from '../../src/cli/beacon-answers.ts'
import { describeExpectation, describeSight, judge } from '../../src/cli/fault-expectation.ts'
import type { Sight } from '../../src/cli/fault-sight.ts'

/** With the rollup app's confirmed block, and its recorded one. */
function sight(
  at: number,
  soft: number,
  beacon = 0,
  evidence: readonly Partial<EvidenceAnswer>[] = [],
): Sight {
  const heads = { soft, beacon, posted: 0, final: 0, settled: 0 }
  return {
    at,
    epoch: 0,
    beacon: 100,
    rollups: new Map([['app', heads]]),
    evidence: evidence as readonly EvidenceAnswer[],
  }
}

const since = sight(0, 10, 8)
const withinMs = 1_000

test('a rung counts for blocks that come after, not for those that were on their way', () => {
  const isSoft = judge({ rollup: 'app', withinMs }, since)
  assert.ok(!isSoft(sight(1, 10)))
  assert.ok(isSoft(sight(2, 11)))
  const isRecorded = judge({ rollup: 'app', rung: 'beacon', withinMs }, since)
  assert.ok(!isRecorded(sight(1, 11, 10)))
  assert.ok(isRecorded(sight(2, 12, 11)))
})

test('a chain stands still when it has had no block for so long, and time counts anew with each', () => {
  const standsStill = judge({ rollup: 'app', standsStillMs: 100, withinMs }, since)
  assert.ok(!standsStill(sight(90, 10)))
  assert.ok(!standsStill(sight(110, 11)))
  assert.ok(!standsStill(sight(200, 11)))
  assert.ok(standsStill(sight(210, 11)))
})

test('evidence counts from the block on in which time began to count', () => {
  const isProven = judge({ offence: 'validator-2', withinMs }, since)
  assert.ok(!isProven(sight(1, 10, 8, [{ validator: 2, height: 100 }])))
  assert.ok(!isProven(sight(1, 10, 8, [{ validator: 3, height: 101 }])))
  assert.ok(isProven(sight(1, 10, 8, [{ validator: 2, height: 101 }])))
})

test('Beacon blocks are counted', () => {
  const grows = judge({ beaconBlocks: 2, withinMs }, since)
  assert.ok(!grows({ ...since, beacon: 101 }))
  assert.ok(grows({ ...since, beacon: 102 }))
})

test('says what was expected, and what there was instead', () => {
  const now = { ...sight(9, 10, 9), beacon: 101 }
  for (const [expected, words, seen] of [
    [{ rollup: 'app', withinMs }, "a new block of app is 'soft'", "it was at block 10, and 'soft' is 10 now"],
    [
      { rollup: 'app', rung: 'beacon', withinMs },
      "a new block of app is 'beacon'",
      "it was at block 10, and 'beacon' is 9 now",
    ],
    [
      { rollup: 'app', standsStillMs: 5, withinMs },
      'app stands still for 5 ms',
      "it was at block 10, and 'soft' is 10 now",
    ],
    [
      { beaconBlocks: 3, withinMs },
      '3 more Beacon blocks are final',
      'the Beacon Layer went from block 100 to 101',
    ],
    [
      { offence: 'validator-2', withinMs },
      'validator-2 is slashed and expelled',
      'the Beacon Layer went from block 100 to 101',
    ],
  ] as const) {
    assert.equal(describeExpectation(expected), words)
    assert.equal(describeSight(expected, since, now), seen)
  }
})
