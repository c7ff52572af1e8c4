/** What goes wrong with machines and network until all becomes well: drawn once per run, and asked for at every turn. */

import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { drawPartitions, type Partition } from './partitions.ts'

export interface Faults {
  /** Share of messages lost, and duplicated. */
  readonly loss: number
  readonly duplication: number
  /** Whether some messages take up to fifteen times as long. */
  readonly hasHeavyTail: boolean
  /** Whether what one node sends another arrives in order, as on a connection. */
  readonly isOrdered: boolean
  /** One for each phase, into which the time until all is well is cut. */
  readonly partitions: readonly Partition[]
  /** Whether connections that a partition cut are lost and made again, rather than going on where they were. */
  readonly reconnects: boolean
  /** 1: about one turn in fifty ends in a crash. */
  readonly crashRate: number
  /** When all honest seats lose power at once; 0: never. */
  readonly powerLossMs: number
  readonly disk: 'good' | 'slow' | 'full'
  readonly clocks: 'right' | 'drifting' | 'jumping'
  /** Directed: seats that are off for a time; `forMs` may be Infinity. Also in a good network. */
  readonly outages: readonly Outage[]
}

export interface Outage {
  readonly seat: number
  readonly atMs: number
  readonly forMs: number
}

export const PHASES = 12

export function drawFaults(random: SeededRandom, stableAtMs: number): Faults {
  return {
    loss: random.pick([0, 0, 0.05, 0.3, 0.7]),
    duplication: random.pick([0, 0.2]),
    hasHeavyTail: random.chance(0.7),
    isOrdered: random.chance(0.3),
    partitions: drawPartitions(random, PHASES),
    reconnects: random.chance(0.5),
    crashRate: random.pick([0, 0, 0.3, 1]),
    powerLossMs: random.chance(0.2) ? random.below(stableAtMs + 1) : 0,
    disk: random.pick(['good', 'good', 'slow', 'full']),
    clocks: random.pick(['right', 'right', 'drifting', 'jumping']),
    outages: [],
  }
}

/** Nothing but the delays of a good network. */
export const NO_FAULTS: Faults = {
  loss: 0,
  duplication: 0,
  hasHeavyTail: false,
  isOrdered: false,
  partitions: [],
  reconnects: false,
  crashRate: 0,
  powerLossMs: 0,
  disk: 'good',
  clocks: 'right',
  outages: [],
}
