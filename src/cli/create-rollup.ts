/**
 * Registers a rollup: checks what was asked for against the network, signs the registration as an account, and waits for its receipt, its
 * committee, and its first signs of life.
 */

import { type BeaconParams, blocksWithin } from '../beacon/params.ts'
import {
  checkRollupSpec,
  LIFETIME_BLOCKS_MAX,
  LIFETIME_BLOCKS_MIN,
  type SpecFault,
} from '../beacon/rollup-rules.ts'
import type { RollupEndpoint } from '../devnet/endpoints.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { FIRST_ROLLUP_CHAIN_ID, rollupSpec } from '../devnet/rollup-defaults.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type RollupSpec, SEQUENCERS_MIN } from '../primitives/rollup-spec.ts'
import { createRpcClient } from '../rpc/client.ts'
import { formatTokens } from './amounts.ts'
import { awaitedWithin, awaitRollup, type LivingRollup } from './await-rollup.ts'
import type {
  BeaconStatusAnswer,
  CommitteeAnswer,
  RollupAnswer,
  SoftHeadsAnswer,
  ValidatorAnswer,
} from './beacon-answers.ts'
import { fetchStatus, type Network } from './network.ts'
import { type RollupEnd, rollupEnd } from './rollup-end.ts'
import { sendAction } from './send-action.ts'

type Wishable = 'name' | 'chainId' | 'vm' | 'blockTimeMs' | 'minStake' | 'devMethods'

export interface RollupWishes extends Partial<Pick<RollupSpec, Wishable>> {
  readonly sequencers: number
  /** It ends by itself so long after its registration; never if left out. */
  readonly lifetimeMs?: number
}

export interface CreatedRollup extends LivingRollup {
  readonly committee: CommitteeAnswer
  /** Null if it doesn't end by itself. */
  readonly ends: RollupEnd | null
}

export const TOO_FEW_SEQUENCERS = defineError<{ sequencers: number }>({
  code: 'C301',
  name: 'TOO_FEW_SEQUENCERS',
  kind: 'user',
  message: ({ sequencers }) => `a rollup can't have ${sequencers} sequencers`,
  hint: () => `pass --sequencers ${SEQUENCERS_MIN} or more: fewer could not tolerate even one that fails`,
})

export const NOT_ENOUGH_VALIDATORS = defineError<{ sequencers: number; eligible: number; minStake: string }>({
  code: 'C302',
  name: 'NOT_ENOUGH_VALIDATORS',
  kind: 'user',
  message: ({ sequencers, eligible, minStake }) =>
    `${sequencers} sequencers need as many validators, and ${eligible} have a stake of ${minStake} or more`,
  hint: ({ eligible }) =>
    eligible >= SEQUENCERS_MIN
      ? `pass --sequencers ${eligible} or fewer, or start a devnet with more --validators`
      : 'pass a lower --min-stake',
})

export const NAME_TAKEN = defineError<{ name: string }>({
  code: 'C303',
  name: 'NAME_TAKEN',
  kind: 'user',
  message: ({ name }) => `there is, or was, a rollup '${name}' already`,
  hint: () => 'choose another name: one is given once, ever; `beacon rollup list --all` shows them',
})

export const CHAIN_ID_TAKEN = defineError<{ chainId: number; name: string }>({
  code: 'C304',
  name: 'CHAIN_ID_TAKEN',
  kind: 'user',
  message: ({ chainId, name }) => `chain id ${chainId} is that of rollup '${name}'`,
  hint: () => 'leave --chain-id out to get a free one',
})

const HINTS: Readonly<Partial<Record<SpecFault, string>>> = {
  INVALID_NAME: 'a name has up to 32 lower-case letters, digits and dashes, and starts with a letter',
  INVALID_CHAIN_ID: 'the ids 1, 1337, 31337 and that of the Beacon Layer would confuse wallets and tools',
  TOO_MANY_SEQUENCERS: 'a committee has at most 100 seats',
  INVALID_BLOCK_TIME: 'a block time is `instant`, or up to 60000 ms',
  INVALID_LIFETIME: `a lifetime is ${LIFETIME_BLOCKS_MIN} to ${LIFETIME_BLOCKS_MAX} Beacon blocks, of half a second each on a devnet of the preset fast`,
}

export const ROLLUP_INVALID = defineError<{ fault: SpecFault }>({
  code: 'C305',
  name: 'ROLLUP_INVALID',
  kind: 'user',
  message: ({ fault }) => `such a rollup can't be: ${fault}`,
  hint: ({ fault }) => HINTS[fault] ?? '`beacon rollup create --help` shows what can be chosen',
})

export const REGISTRATION_REFUSED = defineError<{ refusal: string }>({
  code: 'C306',
  name: 'REGISTRATION_REFUSED',
  kind: 'environment',
  message: ({ refusal }) => `the Beacon Layer refused the registration: ${refusal}`,
  hint: () => 'somebody may have been faster; `beacon rollup list --all` shows what there is',
})

export async function createRollup(
  network: Network,
  folder: DevnetFolder,
  wishes: RollupWishes,
  privateKey: Hex,
  timeoutMs: number,
): Promise<CreatedRollup> {
  const rollups = (await network.beacon.request('beacon_getRollups', [true])) as RollupAnswer[]
  const validators = (await network.beacon.request('beacon_getValidators')) as ValidatorAnswer[]
  const { params } = (await network.beacon.request('beacon_getStatus')) as BeaconStatusAnswer
  const spec = chooseSpec(wishes, rollups, params)
  checkWishes(spec, rollups, validators, network.endpoints.beacon.chainId)

  const awaited = awaitedWithin(spec.name, timeoutMs)
  const receipt = await sendAction(network.beacon, { type: 'registerRollup', spec }, privateKey, timeoutMs)
  if (receipt.refusal !== null) throw REGISTRATION_REFUSED({ refusal: receipt.refusal })
  const committee = await awaited('committee', () => fetchCommittee(network, spec.name))
  const signs = { endpoint: () => findEndpoint(folder, spec), height: fetchSoftHeight }
  const ends = await fetchEnd(network, spec.name)
  return { committee, ends, ...(await awaitRollup(signs, committee, awaited)) }
}

/** A name and a chain id that nobody has had, where none are wished for. */
function chooseSpec(
  { lifetimeMs = 0, ...wishes }: RollupWishes,
  rollups: readonly RollupAnswer[],
  params: Pick<BeaconParams, 'blockTimeMs'>,
): RollupSpec {
  const names = rollups.map(({ name }) => name)
  const candidates = ['app', ...names.map((_, i) => `app-${i + 2}`)]
  const chainIds = rollups.map(({ chainId }) => chainId)
  return rollupSpec({
    ...wishes,
    lifetimeBlocks: blocksWithin(lifetimeMs, params),
    name: wishes.name ?? candidates.find((name) => !names.includes(name)) ?? 'app',
    chainId: wishes.chainId ?? Math.max(FIRST_ROLLUP_CHAIN_ID - 1, ...chainIds) + 1,
  })
}

function checkWishes(
  spec: RollupSpec,
  rollups: readonly RollupAnswer[],
  validators: readonly ValidatorAnswer[],
  beaconChainId: number,
): void {
  const { name, chainId, sequencers, minStake } = spec
  if (sequencers < SEQUENCERS_MIN) throw TOO_FEW_SEQUENCERS({ sequencers })
  const fault = checkRollupSpec(spec, beaconChainId)
  if (fault !== null) throw ROLLUP_INVALID({ fault })
  const eligible = validators.filter(({ stake }) => BigInt(stake) >= minStake).length
  if (eligible < sequencers)
    throw NOT_ENOUGH_VALIDATORS({ sequencers, eligible, minStake: formatTokens(minStake) })
  if (rollups.some((rollup) => rollup.name === name)) throw NAME_TAKEN({ name })
  const holder = rollups.find((rollup) => rollup.chainId === chainId)
  if (holder !== undefined) throw CHAIN_ID_TAKEN({ chainId, name: holder.name })
}

async function fetchCommittee(network: Network, name: string): Promise<CommitteeAnswer | null> {
  return (await network.beacon.request('beacon_getCommittee', [name])) as CommitteeAnswer | null
}

async function fetchEnd({ beacon }: Network, name: string): Promise<RollupEnd | null> {
  const [rollup, status] = (await Promise.all([
    beacon.request('beacon_getRollup', [name]),
    beacon.request('beacon_getStatus'),
  ])) as [RollupAnswer, BeaconStatusAnswer]
  return rollupEnd(rollup, status)
}

async function findEndpoint(folder: DevnetFolder, { name }: RollupSpec): Promise<RollupEndpoint | null> {
  const { endpoints } = await fetchStatus(folder)
  return endpoints?.rollups.find((rollup) => rollup.name === name) ?? null
}

async function fetchSoftHeight(rpcUrl: string): Promise<number | null> {
  const rpc = createRpcClient(rpcUrl)
  const heads = (await rpc.request('soft_getHeads').catch(() => null)) as SoftHeadsAnswer | null
  const height = heads?.soft?.number ?? 0
  return height >= 1 ? height : null
}
