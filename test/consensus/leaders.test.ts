import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { roundRobin, weightedRoundRobin } from '../../src/consensus/leaders.ts'
import { view } from '../../src/primitives/ids.ts'

const SEED = new Uint8Array(32).fill(7)

function leadersOf(weights: readonly bigint[], views: number, seed = SEED): number[] {
  const schedule = weightedRoundRobin(weights, seed)
  return Array.from({ length: views }, (_, index) => schedule.leaderOf(view(index + 1)))
}

test('round-robin goes through the seats in elected order', () => {
  const schedule = roundRobin(3)
  assert.deepEqual(
    [3, 4, 5, 6].map((at) => schedule.leaderOf(view(at))),
    [0, 1, 2, 0],
  )
})

test('in every W views a seat of weight w leads w', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(weights, (drawn) => {
      const total = drawn.reduce((sum, weight) => sum + weight, 0)
      const leaders = leadersOf(drawn.map(BigInt), 2 * total).slice(total)
      assert.deepEqual(
        drawn.map((_, seat) => leaders.filter((leader) => leader === seat).length),
        drawn,
      )
    }),
  )
})

test('a seat with a third of the weight never leads three views running', () => {
  const leaders = leadersOf([10n, 5n, 5n, 5n, 5n], 302)
  assert.ok(
    leaders.slice(0, 300).every((_, index) => leaders.slice(index, index + 3).some((leader) => leader !== 0)),
  )
})

test('asking for views in any order gives the same leaders', () => {
  const weights = [3n, 1n, 4n, 1n, 5n]
  const inOrder = leadersOf(weights, 3000)
  const schedule = weightedRoundRobin(weights, SEED)
  for (const at of [3000, 1, 2500, 17]) assert.equal(schedule.leaderOf(view(at)), inOrder[at - 1])
})

test('another seed gives another order', () => {
  const weights = Array.from({ length: 12 }, () => 1n)
  assert.notDeepEqual(leadersOf(weights, 12), leadersOf(weights, 12, new Uint8Array(32)))
})
