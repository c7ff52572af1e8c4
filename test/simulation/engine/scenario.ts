/** What one simulated run is like, drawn from its seed. */

import type { Pacing } from '../../../src/consensus/timing.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { drawFaults, type Faults, NO_FAULTS } from './faults.ts'

/** What a seat does. All but the first count as faulty, and together weigh less than a third. */
export type Style =
  | 'honest'
  /** Honest, but building a block takes it about as long as others wait for one. */
  | 'slow'
  /** Honest, and loses its log on the way: from then on it must not vote (RULE A). */
  | 'amnesiac'
  | 'silent'
  /** Two nodes with one key, each seeing a world of its own. */
  | 'twin'
  /** Equivocates, votes for everything, proposes on stale parents. */
  | 'chaos'
  /** Sends a block to just enough others, and no body to anyone afterwards. */
  | 'withholder'
  /** Gives each view's votes to one other seat only, and passes nothing on. */
  | 'hoarder'
  /** Sends certificates and votes that don't hold, and garbage. */
  | 'forger'

/** Whether a seat's engine runs as it is, so that everything it signs has to be right. */
export function isLawful(style: Style): boolean {
  return style === 'honest' || style === 'slow' || style === 'amnesiac'
}

export interface Scenario {
  readonly weights: readonly number[]
  readonly styles: readonly Style[]
  readonly observers: number
  /** So long after the beginning all faults end but those of the Byzantine seats. */
  readonly stableAtMs: number
  readonly faults: Faults
  /** When one of the honest seats is switched on, long after the others; 0: with them. */
  readonly lateMs: number
  readonly executionMs: number
  /** How long a slow seat takes to build a block, as a multiple of the leader's timeout. */
  readonly slowness: number
  readonly pacing: Pacing
  /** Blocks until the instance ends; null: it doesn't. */
  readonly length: number | null
  /** Byzantine weight of a third or more: then forks may happen, but not without proof against the guilty. */
  readonly isOverloaded: boolean
  /** Real signatures in place of hashes. */
  readonly bls: boolean
}

/** Four honest seats on a good network: what directed runs begin with. */
export const QUIET: Scenario = {
  weights: [1, 1, 1, 1],
  styles: ['honest', 'honest', 'honest', 'honest'],
  observers: 0,
  stableAtMs: 0,
  faults: NO_FAULTS,
  lateMs: 0,
  executionMs: 2,
  slowness: 1,
  pacing: { minBlockMs: 0, heartbeatMs: 0, instant: true },
  length: null,
  isOverloaded: false,
  bls: false,
}

const FAULTY: readonly Style[] = [
  'twin',
  'twin',
  'chaos',
  'chaos',
  'silent',
  'withholder',
  'hoarder',
  'forger',
  'slow',
  'amnesiac',
]

export function drawScenario(random: SeededRandom): Scenario {
  const weights = drawWeights(random)
  const styles = drawStyles(random, weights)
  const stableAtMs = random.pick([0, 1500, 1500, 4000])
  return {
    weights,
    styles,
    observers: random.pick([0, 0, 1]),
    stableAtMs,
    faults: drawFaults(random, stableAtMs),
    lateMs: random.pick([0, 0, 0, 2500]),
    executionMs: random.pick([2, 2, 10, 60]),
    slowness: random.pick([0.9, 1.1]),
    pacing: random.pick([
      { minBlockMs: 0, heartbeatMs: 0, instant: true },
      { minBlockMs: 0, heartbeatMs: 700, instant: true },
      { minBlockMs: 150, heartbeatMs: 0, instant: false },
    ]),
    length: random.chance(0.3) ? 5 + random.below(30) : null,
    isOverloaded: false,
    bls: random.chance(0.001),
  }
}

export function drawWeights(random: SeededRandom): number[] {
  const size = random.pick([4, 4, 4, 5, 5, 6, 7, 7, 10])
  const isWeighted = random.chance(0.5)
  // Ten at most, so that no seat is a quorum by itself: it would outrun whatever the others can execute.
  return Array.from({ length: size }, () => (isWeighted ? 4 + random.below(7) : 1))
}

function drawStyles(random: SeededRandom, weights: readonly number[]): Style[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const styles: Style[] = weights.map(() => 'honest')
  let faulty = 0
  for (const seat of random.shuffled(weights.map((_, index) => index))) {
    if (3 * (faulty + weights[seat]!) >= total || !random.chance(0.8)) continue
    faulty += weights[seat]!
    styles[seat] = random.pick(FAULTY)
  }
  return styles
}
