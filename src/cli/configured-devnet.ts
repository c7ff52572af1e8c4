/** What a project's configuration says about a devnet, in the form in which devnets are started and rollups are created. */

import type { ResolvedDevnet } from '../config/devnet.ts'
import type { ResolvedRollup } from '../config/rollup.ts'
import type { GenesisRollup, GivenOptions } from '../devnet/options.ts'
import { FIRST_ROLLUP_CHAIN_ID } from '../devnet/rollup-defaults.ts'
import type { Project } from '../plugin/project.ts'

type Changeable = { -readonly [Key in keyof GivenOptions]: GivenOptions[Key] }

/** What was written about the devnet `name`; defaults are left to whoever starts it. */
export function configuredOptions({ config, written }: Project, name: string): GivenOptions {
  const devnet = config.devnets[name]
  if (devnet === undefined) return {}
  const options: Changeable = {}
  for (const key of written[name] ?? []) {
    // What is done to a network is no part of it.
    if (key === 'faults') continue
    if (key === 'rollups') options.rollups = withChainIds(devnet.rollups.map(asGenesisRollup))
    else Object.assign(options, { [key]: devnet[key as keyof ResolvedDevnet] })
  }
  return options
}

/** Null if the configuration has no rollup of that name in that devnet. */
export function configuredRollup(
  { config }: Project,
  devnet: string,
  rollup: string | undefined,
): ResolvedRollup | null {
  return config.devnets[devnet]?.rollups.find(({ name }) => name === rollup) ?? null
}

/** Rollups that a flag names: those of the configuration as it has them, others by their name alone. */
export function namedRollups(
  project: Project,
  devnet: string,
  names: readonly string[],
): readonly (string | GenesisRollup)[] {
  const configured = names.map((name) => configuredRollup(project, devnet, name))
  if (configured.every((rollup) => rollup === null)) return names
  return withChainIds(names.map((name, i) => (configured[i] ? asGenesisRollup(configured[i]) : { name })))
}

function asGenesisRollup(rollup: ResolvedRollup): GenesisRollup {
  const { blockTimeMs, chainId, minStakeWei, lifetimeMs, ...rest } = rollup
  const own = { ...(chainId === null ? {} : { chainId }), ...(lifetimeMs === null ? {} : { lifetimeMs }) }
  return { ...rest, ...own, blockTimeMs, minStake: minStakeWei.toString() }
}

/** Each gets its own, or the next that none of them has. */
function withChainIds(rollups: readonly GenesisRollup[]): GenesisRollup[] {
  const taken = new Set(rollups.map(({ chainId }) => chainId))
  let next = FIRST_ROLLUP_CHAIN_ID
  return rollups.map((rollup) => {
    while (taken.has(next)) next += 1
    const chainId = rollup.chainId ?? next
    taken.add(chainId)
    return { ...rollup, chainId }
  })
}
