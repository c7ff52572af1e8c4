/**
 * Everything about a devnet that can be said before a process starts. Pure: the same options give the same genesis hash, keys and addresses,
 * and so the same committees of the first two epochs.
 */

import { type BeaconGenesis, checkGenesisRollups, genesisHash, INVALID_GENESIS } from '../beacon/genesis.ts'
import { BEACON_CHAIN_ID, type BeaconParams, blocksWithin, DEVNET_PARAMS } from '../beacon/params.ts'
import type { NodeConfig, NodeKeys } from '../config/node-config.ts'
import type { Hex } from '../primitives/bytes.ts'
import { provePossession } from '../primitives/possession.ts'
import type { RollupSpec } from '../primitives/rollup-spec.ts'
import { DEV_ACCOUNTS } from './dev-accounts.ts'
import type { AddedValidator, DevnetOptions, GenesisRollup } from './options.ts'
import { FIRST_ROLLUP_CHAIN_ID, rollupSpec } from './rollup-defaults.ts'
import { deriveKey, deriveValidator, type ValidatorIdentity } from './validator-keys.ts'

export interface PlannedValidator {
  readonly index: number
  /** Name of its process. */
  readonly process: string
  readonly account: Hex
  readonly poster: Hex
  readonly votePublicKey: Uint8Array
  readonly networkKey: Uint8Array
  readonly stake: bigint
  readonly keys: NodeKeys
}

export interface PlannedL1 {
  readonly blockTimeSeconds: number
  /** A block is final two epochs of so many slots behind the head. */
  readonly slotsInAnEpoch: number
  readonly challengeWindowBlocks: number
}

export interface DevnetPlan {
  readonly options: DevnetOptions
  readonly genesis: BeaconGenesis
  readonly genesisHash: Hex
  /** Those of the genesis, then those that were added. */
  readonly validators: readonly PlannedValidator[]
  readonly l1: PlannedL1
  /** 0: the system picks. Rollups count up from theirs. */
  readonly ports: { readonly l1: number; readonly beacon: number; readonly rollups: number }
  readonly timing: NodeConfig['timing']
}

interface Preset {
  readonly params: BeaconParams
  readonly l1: PlannedL1
  readonly timing: NodeConfig['timing']
}

const TOKEN = 10n ** 18n

/** Shorter ones are for a desk, longer ones for seeing what a real network makes its users wait for. */
const PRESETS: Readonly<Record<DevnetOptions['preset'], Preset>> = {
  fast: {
    params: DEVNET_PARAMS,
    l1: { blockTimeSeconds: 1, slotsInAnEpoch: 1, challengeWindowBlocks: 10 },
    timing: { delayBoundMs: 200, batchIntervalMs: 2_000 },
  },
  realistic: {
    params: {
      ...DEVNET_PARAMS,
      epochLength: 7_200,
      blockTimeMs: 1_000,
      unbondEpochs: 21,
      evidenceEpochs: 14,
      minStake: 32_000n * TOKEN,
    },
    // Seven days of Ethereum's blocks.
    l1: { blockTimeSeconds: 12, slotsInAnEpoch: 32, challengeWindowBlocks: 50_400 },
    timing: { delayBoundMs: 1_000, batchIntervalMs: 60_000 },
  },
}

/** Fixed, or two runs of one seed would differ in their genesis hash. The first block has the real time; only genesis lies in the past. */
const GENESIS_TIME_MS = Date.UTC(2026, 0, 1)

export const FIXED_PORTS = { l1: 8545, beacon: 7545, rollups: 9545 }
const FREE_PORTS = { l1: 0, beacon: 0, rollups: 0 }

/** Every account has at least this stake, and up to {@link STAKE_SPREAD} tokens more: so that weights differ and matter. */
const STAKE_MIN = 32_000
const STAKE_SPREAD = 8_000
const DEV_ACCOUNT_BALANCE = 1_000_000n * TOKEN
const VALIDATOR_BALANCE = 1_000n * TOKEN

/** What the options don't say of a genesis. */
export interface GenesisParts extends Pick<BeaconGenesis, 'runtime' | 'forks'> {}

/** Throws INVALID_GENESIS before a process starts. */
export function planDevnet(options: DevnetOptions, { runtime, forks }: GenesisParts): DevnetPlan {
  const { l1, timing, ...preset } = PRESETS[options.preset]
  const params = { ...preset.params, epochLength: options.epochBlocks ?? preset.params.epochLength }
  const identities = Array.from({ length: options.validators }, (_, i) => deriveValidator(options.seed, i))
  const stakes = identities.map((_, i) => deriveStake(options.seed, i))
  const genesis = { ...planGenesis(options, params, identities, stakes), runtime, forks }
  const fault = checkGenesisRollups(genesis)
  if (fault !== null) throw INVALID_GENESIS(fault)
  return {
    options,
    genesis,
    genesisHash: genesisHash(genesis),
    validators: planValidators(options),
    l1,
    ports: options.ports === 'fixed' ? FIXED_PORTS : FREE_PORTS,
    timing,
  }
}

/** Those of the genesis, then those that were added. */
export function planValidators({ seed, validators, added }: DevnetOptions): readonly PlannedValidator[] {
  const first = Array.from({ length: validators }, (_, index) =>
    planValidator(deriveValidator(seed, index), index, deriveStake(seed, index)),
  )
  return [...first, ...added.map((validator) => planAddedValidator(seed, validator))]
}

/** One whose keys are in the registry, though not in the genesis. */
export function planAddedValidator(seed: string, { index, key, stake }: AddedValidator): PlannedValidator {
  return planValidator(deriveValidator(seed, key), index, BigInt(stake))
}

function planValidator(
  { account, poster, voteSigner, networkKey, keys }: ValidatorIdentity,
  index: number,
  stake: bigint,
): PlannedValidator {
  const { publicKey: votePublicKey } = voteSigner
  return { index, process: `validator-${index}`, account, poster, votePublicKey, networkKey, stake, keys }
}

function planGenesis(
  options: DevnetOptions,
  params: BeaconParams,
  identities: readonly ValidatorIdentity[],
  stakes: readonly bigint[],
): Omit<BeaconGenesis, keyof GenesisParts> {
  return {
    chainId: BEACON_CHAIN_ID,
    time: GENESIS_TIME_MS,
    params,
    validators: identities.map(({ account, voteSigner, networkKey }, i) => ({
      account,
      votePublicKey: voteSigner.publicKey,
      networkKey,
      stake: stakes[i]!,
      proofOfPossession: provePossession(voteSigner, account, BEACON_CHAIN_ID),
    })),
    accounts: [
      ...DEV_ACCOUNTS.map(({ address }) => ({ address, balance: DEV_ACCOUNT_BALANCE })),
      ...identities.map(({ account }) => ({ address: account, balance: VALIDATOR_BALANCE })),
    ],
    rollups: options.rollups.map((rollup, index) => planRollup(rollup, index, params)),
  }
}

function planRollup(
  { minStake, lifetimeMs = 0, ...given }: GenesisRollup,
  index: number,
  params: BeaconParams,
): RollupSpec {
  return rollupSpec({
    chainId: FIRST_ROLLUP_CHAIN_ID + index,
    ...given,
    lifetimeBlocks: blocksWithin(lifetimeMs, params),
    ...(minStake === undefined ? {} : { minStake: BigInt(minStake) }),
  })
}

/** Whole tokens, in wei. */
function deriveStake(seed: string, index: number): bigint {
  const extra = BigInt(deriveKey(seed, 'stake', index)) % BigInt(STAKE_SPREAD + 1)
  return (BigInt(STAKE_MIN) + extra) * TOKEN
}
