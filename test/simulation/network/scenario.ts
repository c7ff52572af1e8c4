/** What one run of a whole network is like, drawn from its seed. Times are in milliseconds since its start. */

import type { SeededRandom } from '../../../src/platform/simulated/random.ts'

export type TroubleKind =
  | 'kill'
  | 'outage'
  | 'power'
  | 'blackout'
  | 'dieAtSync'
  | 'halves'
  | 'minority'
  | 'oneWay'
  | 'flapping'
  | 'lossy'
  | 'slow'
  | 'resets'
  | 'pause'
  | 'seats'
  | 'slowDisk'
  | 'fullDisk'
  | 'clockJump'
  | 'withhold'
  | 'equivocate'
  | 'l1Stall'
  | 'l1Crowded'
  | 'l1Down'
  | 'l1Reorg'

export interface Trouble {
  readonly kind: TroubleKind
  readonly atMs: number
  readonly lastsMs: number
  /** Machines that it is about. */
  readonly machines: readonly number[]
  /** How bad it is, in [0, 1). */
  readonly degree: number
}

export interface NetworkScenario {
  readonly validators: number
  readonly rollups: readonly string[]
  /** When another rollup is registered; null: never. */
  readonly registersAtMs: number | null
  /** Whether people put tokens with validators meanwhile, take them out, leave. */
  readonly hasStakers: boolean
  /** Whether validators publish other runtimes meanwhile, propose and approve them. */
  readonly hasUpgrades: boolean
  readonly epochBlocks: number
  readonly delayMs: number
  readonly clockDrifts: readonly number[]
  readonly l1: { readonly blockMs: number; readonly finalityBlocks: number }
  /** Until then there may be trouble; from then on there is none. */
  readonly stableAtMs: number
  readonly troubles: readonly Trouble[]
}

/** How often each kind is drawn. */
const WEIGHTS: Readonly<Record<TroubleKind, number>> = {
  kill: 4,
  outage: 3,
  power: 2,
  blackout: 1,
  dieAtSync: 3,
  halves: 2,
  minority: 2,
  oneWay: 2,
  flapping: 1,
  lossy: 2,
  slow: 2,
  resets: 2,
  pause: 2,
  seats: 1,
  slowDisk: 1,
  fullDisk: 1,
  clockJump: 1,
  withhold: 1,
  equivocate: 2,
  l1Stall: 1,
  l1Crowded: 1,
  l1Down: 1,
  l1Reorg: 2,
}

/** Deeper than any reorg. */
const DEEP_FINALITY_BLOCKS = 64

export function drawNetworkScenario(random: SeededRandom): Omit<NetworkScenario, 'hasUpgrades'> {
  const validators = random.pick([5, 5, 5, 6, 7, 7, 9])
  const stableAtMs = random.pick([5_000, 5_000, 10_000, 15_000, 25_000])
  const kinds = Object.entries(WEIGHTS).flatMap(([kind, weight]) =>
    Array<TroubleKind>(weight).fill(kind as TroubleKind),
  )
  // One at most may be Byzantine or have a wrong clock: stakes are nearly equal, and with five validators two are over a third.
  const odd = random.below(validators)
  const troubles = Array.from({ length: 1 + random.below(6) }, () =>
    drawTrouble(random, random.pick(kinds), { validators, stableAtMs, odd }),
  )
  const hasReorgs = troubles.some(({ kind }) => kind === 'l1Reorg')
  return {
    validators,
    rollups: random.pick([['app'], ['app'], ['app', 'bee']]),
    registersAtMs: random.chance(0.3) ? random.below(stableAtMs) : null,
    epochBlocks: random.pick([16, 20, 32]),
    delayMs: random.pick([5, 30, 80]),
    clockDrifts: Array.from({ length: validators }, (_, index) =>
      index === odd ? random.pick([0, 0, 0.3, -0.3]) : 0,
    ),
    l1: { blockMs: random.pick([500, 1_000]), finalityBlocks: hasReorgs ? DEEP_FINALITY_BLOCKS : 2 },
    stableAtMs,
    troubles,
    hasStakers: random.chance(0.5),
  }
}

function drawTrouble(
  random: SeededRandom,
  kind: TroubleKind,
  { validators, stableAtMs, odd }: { validators: number; stableAtMs: number; odd: number },
): Trouble {
  const all = random.shuffled(Array.from({ length: validators }, (_, index) => index))
  // A committee that is too small for an epoch misses its hand-over.
  const isLong = kind === 'outage' && random.chance(0.5)
  const atMs = random.below(isLong ? 2_000 : stableAtMs - 1_000)
  return {
    kind,
    atMs,
    lastsMs: isLong ? stableAtMs : 200 + random.below(Math.max(1, stableAtMs - atMs - 200)),
    machines: machinesOf(kind, all, odd, random),
    degree: random.next(),
  }
}

function machinesOf(kind: TroubleKind, all: number[], odd: number, random: SeededRandom): number[] {
  switch (kind) {
    case 'blackout':
      return all
    case 'outage':
      return all.slice(0, random.pick([1, 2, 2]))
    case 'halves':
    case 'flapping':
      return all.slice(0, all.length >> 1)
    case 'minority':
    case 'oneWay':
    case 'lossy':
    case 'slow':
      return all.slice(0, 1 + random.below(Math.ceil(all.length / 3)))
    case 'equivocate':
    case 'withhold':
    case 'clockJump':
      return [odd]
    case 'kill':
    case 'pause':
    case 'dieAtSync':
    case 'power':
      return all.slice(0, random.pick([1, 1, 1, 2, 3]))
    default:
      return all.slice(0, 1)
  }
}
