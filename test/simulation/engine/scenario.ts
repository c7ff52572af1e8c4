/** What one simulated run is like, drawn from its seed. */

import type { Pacing } from '../../../src/consensus/timing.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'

export type Style = 'honest' | 'silent' | 'twin' | 'chaos'

export interface Scenario {
  readonly weights: readonly number[]
  readonly styles: readonly Style[]
  readonly observers: number
  readonly stableAtMs: number
  readonly loss: number
  readonly duplication: number
  readonly crashRate: number
  /** When one of the honest seats is switched on, long after the others; 0: with them. */
  readonly lateMs: number
  /** When all honest seats lose power at once; 0: never. */
  readonly powerLossMs: number
  readonly executionMs: number
  readonly pacing: Pacing
  /** Blocks until the instance ends; null: it doesn't. */
  readonly length: number | null
}

/** Draws sizes, weights, faults and pacing; Byzantine weight stays below a third. */
export function drawScenario(random: SeededRandom): Scenario {
  const size = random.pick([4, 5, 5, 6, 7, 7, 10])
  const weights = Array.from({ length: size }, () => 1)
  // Ten at most, so that no seat is a quorum by itself: it would outrun whatever the others can execute.
  if (random.chance(0.5)) for (let seat = 0; seat < size; seat++) weights[seat] = 4 + random.below(7)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const styles: Style[] = weights.map(() => 'honest')
  let byzantine = 0
  for (const seat of random.shuffled(weights.map((_, index) => index))) {
    if (3 * (byzantine + weights[seat]!) >= total || !random.chance(0.8)) continue
    byzantine += weights[seat]!
    styles[seat] = random.pick(['twin', 'twin', 'chaos', 'silent'])
  }
  const stableAtMs = random.pick([0, 1500, 4000])
  return {
    weights,
    styles,
    observers: random.pick([0, 0, 1]),
    stableAtMs,
    loss: random.pick([0, 0.05, 0.3, 0.7]),
    duplication: random.pick([0, 0.2]),
    crashRate: random.pick([0, 0, 0.3, 1]),
    lateMs: random.pick([0, 0, 0, 5000]),
    powerLossMs: random.chance(0.2) ? random.below(stableAtMs + 1) : 0,
    executionMs: random.pick([2, 10, 60]),
    pacing: random.pick([
      { minBlockMs: 0, heartbeatMs: 0, instant: true },
      { minBlockMs: 0, heartbeatMs: 700, instant: true },
      { minBlockMs: 150, heartbeatMs: 0, instant: false },
    ]),
    length: random.chance(0.3) ? 5 + random.below(30) : null,
  }
}
