/** Regressions: clocks that are behind, or set back, on a network that is good otherwise. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Pacing } from '../../../src/consensus/timing.ts'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { Cluster } from './cluster.ts'
import { QUIET } from './scenario.ts'

const PERIODIC: Pacing = { minBlockMs: 150, heartbeatMs: 0, instant: false }
/** The clocks are set when the chain is well under way. */
const SET_AT_MS = 1000
const END_MS = 5000

describe('a chain with a block each 150 ms', () => {
  test('goes on when all clocks are set back by five seconds, before the time of its blocks', async () => {
    const heightBefore = await heightWith([0, 1, 2, 3], -5000, SET_AT_MS)
    const heightAfter = await heightWith([0, 1, 2, 3], -5000, END_MS)
    assert.ok(
      heightAfter > heightBefore + 10,
      `${heightAfter - heightBefore} blocks in ${END_MS - SET_AT_MS} ms`,
    )
  })

  test('makes the blocks of a seat whose clock is 800 ms behind', async () => {
    const [right, behind] = [await heightWith([], 0, END_MS), await heightWith([1], -800, END_MS)]
    assert.ok(behind > 0.8 * right, `${behind} blocks in place of ${right}`)
  })
})

/** How high the chain is at `atMs` if these seats' clocks are set ahead by so much after a while. */
async function heightWith(seats: readonly number[], aheadMs: number, atMs: number): Promise<number> {
  const cluster = new Cluster(1, new SeededRandom(1), { ...QUIET, pacing: PERIODIC })
  const { time, startMs, referee } = cluster.world
  time.schedule(SET_AT_MS, () => {
    for (const seat of seats) cluster.machines[seat]!.time.setAhead(aheadMs)
  })
  await cluster.run()
  return referee.liveness.heightAt(startMs + atMs)
}
