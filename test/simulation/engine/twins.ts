/**
 * Twins (Bano et al., OPODIS'21) for four seats, one of them a twin: in each of the first views, every leader and every cut of the five
 * nodes into two sets, up to renaming the honest seats and the two nodes of the twin. Where no set holds a quorum nobody gets to the next
 * view before the network heals, so what is said of later ones is of no account. Afterwards the network is well, and goes on.
 */

import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import type { View } from '../../../src/primitives/ids.ts'
import { Cluster, type Outcome, type SimulateOptions } from './cluster.ts'
import type { Machine, Sight } from './machine.ts'
import { QUIET } from './scenario.ts'

/** So many views are chosen. */
const VIEWS = 4

/** Leader of a view (0: the twin), and by node (two of the twin, then the honest seats) the set that it is in. */
export interface TwinsView {
  readonly leader: number
  readonly sets: readonly number[]
}

const NODES = 5
/** All five together, or two sets; who is in the first is named by a bit each, and the first node always is. */
const CUTS = 1 << (NODES - 1)
const LEADERS = 4
const OPTIONS = CUTS * LEADERS
/** When the network heals: four views that each time out would be over. */
const HEALED_MS = 1500
const STABLE_MS = 2500
/** Renamings of the honest seats 1 to 3. */
const RENAMINGS = [
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
]
const SYMMETRIES = createSymmetries()

/** The scenario of each number from 1 on, in the order of {@link twinsScenarios}. */
export function createTwins() {
  const scenarios = [...twinsScenarios(VIEWS)]
  return (seed: number, options: Pick<SimulateOptions, 'trace'> = {}): Promise<Outcome> => {
    const scenario = scenarios[seed - 1]
    if (scenario === undefined) throw new RangeError(`there are ${scenarios.length} scenarios of twins`)
    options.trace?.(describeTwins(scenario))
    return simulateTwins(scenario, seed, options)
  }
}

/** The scenarios of so many views, one of each class of equals. */
export function* twinsScenarios(views: number): Generator<readonly number[], undefined> {
  yield* extended([], views)
}

export function describeTwins(scenario: readonly number[]): string {
  return scenario
    .map((option) => {
      const { leader, sets } = optionOf(option)
      return `leader ${leader}, sets ${sets.join('')}`
    })
    .join('; ')
}

/** Throws if an invariant breaks. `seed` draws the delays. */
export async function simulateTwins(
  scenario: readonly number[],
  seed: number,
  options: Pick<SimulateOptions, 'trace'> = {},
): Promise<Outcome> {
  const views = scenario.map(optionOf)
  // After the chosen ones honest seats lead in turn.
  const leaderOf = (view: View) => views[view - 1]?.leader ?? 1 + (view % 3)
  const world = {
    ...QUIET,
    styles: ['twin', 'honest', 'honest', 'honest'] as const,
    stableAtMs: HEALED_MS,
    // As good as endless for what is looked for, and then nothing more happens.
    length: scenario.length + 2,
  }
  const cluster = new Cluster(seed, new SeededRandom(seed), world, {
    ...options,
    leaders: { leaderOf },
    stableMs: STABLE_MS,
    sightIn: ({ network }) => sightOf(views, () => network.isStable),
  })
  return cluster.run()
}

/** A node reaches those that are in its set in the view that it is in. */
function sightOf(views: readonly TwinsView[], isHealed: () => boolean): Sight {
  return (from, to) => {
    const cut = views[(from.engine?.status().view ?? 0) - 1]
    return cut === undefined || isHealed() || cut.sets[nodeOf(from)] === cut.sets[nodeOf(to)]
  }
}

function nodeOf({ seat, half }: Machine): number {
  return seat === 0 ? half - 1 : seat + 1
}

function* extended(prefix: readonly number[], views: number): Generator<readonly number[], undefined> {
  const isOver = prefix.length > 0 && !hasQuorum(optionOf(prefix.at(-1)!))
  if (prefix.length === views || isOver) {
    yield prefix
    return
  }
  for (let option = 0; option < OPTIONS; option++) {
    const next = [...prefix, option]
    if (isFirstOfEquals(next)) yield* extended(next, views)
  }
}

function optionOf(option: number): TwinsView {
  const cut = Math.floor(option / LEADERS)
  const sets = Array.from({ length: NODES }, (_, node) => (node === 0 ? 0 : (cut >> (node - 1)) & 1))
  return { leader: option % LEADERS, sets }
}

/** Three of the four seats in one set. */
function hasQuorum({ sets }: TwinsView): boolean {
  return [0, 1].some((set) => {
    const nodes = sets.flatMap((of, node) => (of === set ? [Math.max(0, node - 1)] : []))
    return new Set(nodes).size >= 3
  })
}

/** A prefix of the smallest of a class is the smallest of its own, so classes are cut off early. */
function isFirstOfEquals(scenario: readonly number[]): boolean {
  return SYMMETRIES.every((renamed) => {
    for (const option of scenario) {
      if (renamed[option]! !== option) return renamed[option]! > option
    }
    return true
  })
}

/** By renaming: the option that each option becomes. */
function createSymmetries(): number[][] {
  return RENAMINGS.flatMap((honest) =>
    [false, true].map((swapsTwin) =>
      Array.from({ length: OPTIONS }, (_, option) => renamedOption(option, honest, swapsTwin)),
    ),
  )
}

function renamedOption(option: number, honest: readonly number[], swapsTwin: boolean): number {
  const { leader, sets } = optionOf(option)
  const twin = swapsTwin ? [sets[1]!, sets[0]!] : [sets[0]!, sets[1]!]
  const renamed = [...twin, 0, 0, 0]
  for (const [index, seat] of honest.entries()) renamed[seat + 1] = sets[index + 2]!
  const first = renamed[0]!
  const cut = renamed.slice(1).reduce((bits, set, index) => bits | ((set ^ first) << index), 0)
  const newLeader = leader === 0 ? 0 : honest[leader - 1]!
  return cut * LEADERS + newLeader
}
