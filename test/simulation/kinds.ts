/** The simulations that there are, loaded when asked for: each starts with a seed and ends with a digest of all that happened. */

import type { Hex } from '../../src/primitives/bytes.ts'
import type { Outcome } from './engine/cluster.ts'

export const KINDS = ['engine', 'network', 'twins'] as const

/**
 * `engine`: one instance of consensus; `network`: Beacon Layer, rollups and L1 together; `twins`: an instance of four seats with a twin,
 * where the seed is the number of the scenario.
 */
export type Kind = (typeof KINDS)[number]

export interface SimulationOptions {
  readonly trace?: ((line: string) => void) | undefined
  /** Real BLS signatures in every seed; only the engine's simulation has others. */
  readonly bls?: boolean
}

export interface SimulationOutcome {
  readonly digest: Hex
  readonly counts: Readonly<Record<string, number>>
}

/** Throws an Error that says `seed N: ` and what was broken. */
export type Simulate = (seed: number, options?: SimulationOptions) => Promise<SimulationOutcome>

export async function loadSimulation(kind: Kind): Promise<Simulate> {
  if (kind === 'network') return (await import('./network/simulate.ts')).simulate
  if (kind === 'twins') return flattened((await import('./engine/twins.ts')).createTwins())
  const { simulate } = await import('./engine/cluster.ts')
  return flattened((seed, { trace, bls }) => simulate(seed, bls ? { bls } : {}, { trace }))
}

function flattened(simulate: (seed: number, options: SimulationOptions) => Promise<Outcome>): Simulate {
  return async (seed, options = {}) => {
    const { digest, ...counts } = await simulate(seed, options)
    return { digest, counts }
  }
}
