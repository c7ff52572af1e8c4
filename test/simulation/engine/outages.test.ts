/** L3, L4 and L5: seats that are off for a while, on a network that is good otherwise. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SILENT_VIEWS_MAX } from '../../../src/consensus/timing.ts'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { view } from '../../../src/primitives/ids.ts'
import { Cluster } from './cluster.ts'
import { NO_FAULTS, type Outage } from './faults.ts'
import { QUIET } from './scenario.ts'
import { DELAY_MS, TIMING } from './world.ts'

const SEEDS = 10
/** A seat may enter a view one hop after the first one did; its vote takes another. */
const HOPS_MS = 2 * DELAY_MS
/** After a heal: seats start, hear of each other, give up the view that they were in, and make a block. */
const RESUMED_MS = TIMING.backoffMax * TIMING.leaderMs + 10 * DELAY_MS

describe('with seats that are off for a while', () => {
  test('L3: a crashed seat costs its own views the timeout and a hop, and soon no more than hops', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const seat = seed % 5
      const { world } = await run(seed, 5, [{ seat, atMs: 1000, forMs: Infinity }])
      const { leaders, startMs, referee } = world
      const costs = costsOf(
        referee.liveness.entered,
        (at) => leaders.leaderOf(view(at)) === seat,
        startMs + 1100,
      )
      assert.ok(costs.length > SILENT_VIEWS_MAX, `seed ${seed}: only ${costs.length} views`)
      for (const [index, cost] of costs.entries()) {
        const timeoutMs = index < SILENT_VIEWS_MAX ? TIMING.leaderMs : 0
        assert.ok(cost <= timeoutMs + HOPS_MS, `seed ${seed}: its view ${index} took ${cost} ms`)
      }
    }
  })

  test('L4: a seat that starts again takes part within five views', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const forMs = 50 + 70 * seed
      const { machines, world } = await run(seed, 4 + (seed % 4), [{ seat: seed % 4, atMs: 1500, forMs }])
      // In which view, the referee has seen to; see liveness.ts.
      assert.ok(machines.every((machine) => !world.referee.liveness.isRejoining(machine)))
    }
  })

  test('L5: without a quorum nothing is committed, and everything goes on when it is back', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const [offMs, onMs] = [1000, 2500]
      const outages = [0, 1].map((seat) => ({ seat, atMs: offMs, forMs: onMs - offMs }))
      const { world } = await run(seed, 4 + (seed % 2), outages)
      const heightAt = (ms: number) => world.referee.liveness.heightAt(world.startMs + ms)
      // What was decided when they went off may still be on its way.
      assert.equal(heightAt(onMs), heightAt(offMs + 2 * HOPS_MS), `seed ${seed} went on without a quorum`)
      assert.ok(heightAt(onMs + RESUMED_MS) > heightAt(onMs), `seed ${seed} did not go on`)
    }
  })
})

async function run(seed: number, size: number, outages: readonly Outage[]): Promise<Cluster> {
  const cluster = new Cluster(seed, new SeededRandom(seed), {
    ...QUIET,
    weights: Array.from({ length: size }, () => 1),
    styles: Array.from({ length: size }, () => 'honest' as const),
    faults: { ...NO_FAULTS, outages },
  })
  await cluster.run()
  return cluster
}

/** How long each of the chosen views took, from the first node that entered it to the first that left it. */
function costsOf(
  entered: ReadonlyMap<number, number>,
  isChosen: (at: number) => boolean,
  fromMs: number,
): number[] {
  const views = [...entered].filter(([at, ms]) => ms >= fromMs && isChosen(at) && entered.has(at + 1))
  return views.map(([at, ms]) => entered.get(at + 1)! - ms)
}
