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
    if (key === 'rollups') options.rollups = genesisRollups(devnet)
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

/** Each with a chain id: its own, or the next that none of them has. */
function genesisRollups({ rollups }: ResolvedDevnet): GenesisRollup[] {
  const taken = new Set(rollups.map(({ chainId }) => chainId))
  let next = FIRST_ROLLUP_CHAIN_ID
  return rollups.map(({ name, sequencers, vm, blockTimeMs, chainId, minStakeWei }) => {
    while (taken.has(next)) next += 1
    const id = chainId ?? next
    taken.add(id)
    return { name, sequencers, vm, chainId: id, blockTimeMs, minStake: minStakeWei.toString() }
  })
}
