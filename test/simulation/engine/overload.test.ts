import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { simulate } from './cluster.ts'
import { NO_FAULTS, PHASES } from './faults.ts'
import type { Machine, Sight } from './machine.ts'
import { type Partition, sideOf } from './partitions.ts'
import { drawWeights, type Scenario, type Style } from './scenario.ts'
import type { World } from './world.ts'

const SEEDS = 40
const UNSTABLE_MS = 3000
/** More than a third, or no fork is possible; and well above it, so that many cuts through the others will do. */
const BYZANTINE_SHARE = 0.4

test(`S7: with so many seats Byzantine the chain may fork, but each fork convicts a third, and nobody honest (${SEEDS} runs)`, async () => {
  let forks = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new SeededRandom(seed)
    const partitions = Array.from({ length: PHASES }, () => drawHalves(random))
    const { weights, styles } = drawOverload(random)
    const outcome = await simulate(
      seed,
      {
        weights,
        styles,
        isOverloaded: true,
        stableAtMs: UNSTABLE_MS,
        executionMs: 2,
        lateMs: 0,
        faults: { ...NO_FAULTS, partitions },
      },
      { sightIn: (world) => sightOfHalves(world, partitions) },
    )
    forks += outcome.forks
  }
  assert.ok(forks >= SEEDS / 4, `${forks} forks`)
})

function drawHalves(random: SeededRandom): Partition {
  return { kind: 'halves', salt: random.below(2 ** 31) }
}

function drawOverload(random: SeededRandom): Pick<Scenario, 'weights' | 'styles'> {
  const weights = drawWeights(random)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const styles: Style[] = weights.map(() => 'honest')
  let byzantine = 0
  for (const seat of random.shuffled([...weights.keys()])) {
    if (byzantine >= BYZANTINE_SHARE * total) break
    byzantine += weights[seat]!
    styles[seat] = random.pick(['twin', 'twin', 'twin', 'chaos'])
  }
  return { weights, styles }
}

/** The two nodes of a twin each talk to one half of the network, as an attacker would have it. */
function sightOfHalves({ network }: World, partitions: readonly Partition[]): Sight {
  const sees = ({ half }: Machine, peer: string) => {
    const { phase, names } = network
    return half === 0 || phase < 0 || sideOf(partitions[phase]!.salt, names.indexOf(peer)) === half - 1
  }
  return (from, to) => sees(from, to.name) && sees(to, from.name)
}
