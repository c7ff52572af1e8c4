/**
 * What a Beacon Layer starts from. Its hash names the network: everything that is signed is bound to it. Forks aren't hashed, for a
 * restored network is the same network.
 */

import { defineError } from '../errors/beacon-error.ts'
import { compareBytes, type Hex } from '../primitives/bytes.ts'
import { ByteWriter } from '../primitives/codec.ts'
import type { Fork, Network } from '../primitives/forks.ts'
import { keccakHex } from '../primitives/hash.ts'
import { verifyPossession } from '../primitives/possession.ts'
import { type RollupSpec, writeRollupSpec } from '../primitives/rollup-spec.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'
import { CODE_BYTES_MAX } from './keys.ts'
import { type BeaconParams, EPOCH_LENGTH_MIN, writeParams } from './params.ts'
import { checkRollupSpec, type SpecFault } from './rollup-rules.ts'
import { VALIDATORS_MAX, type Validator, writeValidator } from './staking/validator.ts'
import { firstSet } from './staking/validator-set.ts'
import { ALIVE_ROLLUPS_MAX } from './state.ts'

export interface GenesisValidator extends Validator {
  /** See primitives/possession.ts; 192 B. */
  readonly proofOfPossession: Uint8Array
}

export interface BeaconGenesis {
  readonly chainId: number
  /** Not hashed; see primitives/forks.ts. */
  readonly forks: readonly Fork[]
  /** The code that executes blocks: a WASM component of the world in runtime/beacon-runtime.wit. */
  readonly runtime: Uint8Array
  /** Unix ms of the genesis block. */
  readonly time: number
  readonly params: BeaconParams
  readonly validators: readonly GenesisValidator[]
  /** Balances in wei of the Beacon token. */
  readonly accounts: readonly { readonly address: Hex; readonly balance: bigint }[]
  /** Registered from the start, with ids from 1 and no owner. */
  readonly rollups: readonly RollupSpec[]
}

export type GenesisFault =
  | { readonly reason: 'TOO_FEW_STAKED_VALIDATORS' | 'TOO_MANY_VALIDATORS' | 'EPOCH_TOO_SHORT' }
  | {
      readonly reason:
        | 'TOO_MANY_ROLLUPS'
        | 'DUPLICATE_ACCOUNT'
        | 'TOO_MANY_TOKENS'
        | 'RUNTIME_TOO_LONG'
        | 'NOT_A_RUNTIME'
    }
  | { readonly reason: 'INVALID_PROOF_OF_POSSESSION' | 'DUPLICATE_KEY'; readonly validator: number }
  | {
      readonly reason: SpecFault | 'NAME_TAKEN' | 'CHAIN_ID_TAKEN' | 'TOO_FEW_VALIDATORS'
      readonly rollup: number
    }

export const INVALID_GENESIS = defineError<GenesisFault>({
  code: 'B103',
  name: 'INVALID_GENESIS',
  kind: 'user',
  message: (fault) => `the genesis is invalid: ${describeFault(fault)}`,
  hint: () => 'make it with `beacon devnet up`, or mend the entry and give every node the same file',
})

export const GENESIS_ACCOUNTS_MAX = 10_000
/** 2: with the runtime's hash. */
const VERSION = 2
/** Of all tokens together, in wei. With what is minted, a few percent a year, no balance and no sum of stakes ever needs 128. */
const SUPPLY_BITS = 120n

/** Of values that nobody changes: with the runtime's code it costs milliseconds, and many ask. */
const hashes = new WeakMap<BeaconGenesis, Hex>()

/** Of the canonical encoding, without the forks. */
export function genesisHash(genesis: BeaconGenesis): Hex {
  const known = hashes.get(genesis)
  if (known !== undefined) return known
  const hash = keccakHex(encodeGenesis(genesis))
  hashes.set(genesis, hash)
  return hash
}

export function networkOf(genesis: BeaconGenesis): Network {
  return { chainId: genesis.chainId, genesisHash: genesisHash(genesis), forks: genesis.forks }
}

function encodeGenesis(genesis: BeaconGenesis): Uint8Array {
  const start = new ByteWriter().u8(VERSION).u64(genesis.chainId).u64(genesis.time)
  return writeParams(start.hex(keccakHex(genesis.runtime), 32), genesis.params)
    .list(genesis.validators, (to, validator) =>
      writeValidator(to, validator).raw(validator.proofOfPossession),
    )
    .list(genesis.accounts, (to, { address, balance }) => to.hex(address, 20).u128(balance))
    .list(genesis.rollups, writeRollupSpec)
    .finish()
}

/** The first thing wrong with it, or null. Costs a pairing per validator. */
export function checkGenesis(genesis: BeaconGenesis, scheme: SignatureScheme): GenesisFault | null {
  const { params, runtime, validators, accounts } = genesis
  if (params.epochLength < EPOCH_LENGTH_MIN) return { reason: 'EPOCH_TOO_SHORT' }
  if (runtime.length > CODE_BYTES_MAX) return { reason: 'RUNTIME_TOO_LONG' }
  if (validators.length > VALIDATORS_MAX) return { reason: 'TOO_MANY_VALIDATORS' }
  if (firstSet(validators, params.minStake) === null) return { reason: 'TOO_FEW_STAKED_VALIDATORS' }
  if (hasDuplicates(accounts.map(({ address }) => address))) return { reason: 'DUPLICATE_ACCOUNT' }
  if (supplyOf(genesis) >> SUPPLY_BITS !== 0n) return { reason: 'TOO_MANY_TOKENS' }
  return checkValidators(genesis, scheme) ?? checkGenesisRollups(genesis)
}

function checkValidators(
  { chainId, validators }: BeaconGenesis,
  scheme: SignatureScheme,
): GenesisFault | null {
  for (const [index, validator] of validators.entries()) {
    const earlier = validators.slice(0, index)
    if (earlier.some((other) => sharesKey(other, validator))) {
      return { reason: 'DUPLICATE_KEY', validator: index }
    }
    const { account, votePublicKey: publicKey, proofOfPossession } = validator
    if (!verifyPossession(scheme, { publicKey, account, chainId }, proofOfPossession)) {
      return { reason: 'INVALID_PROOF_OF_POSSESSION', validator: index }
    }
  }
  return null
}

function sharesKey(a: Validator, b: Validator): boolean {
  return (
    a.account === b.account ||
    compareBytes(a.votePublicKey, b.votePublicKey) === 0 ||
    compareBytes(a.networkKey, b.networkKey) === 0
  )
}

/** The part of {@link checkGenesis} that people can get wrong in a devnet's options. */
export function checkGenesisRollups({
  chainId,
  validators,
  params,
  rollups,
}: BeaconGenesis): GenesisFault | null {
  if (rollups.length > ALIVE_ROLLUPS_MAX) return { reason: 'TOO_MANY_ROLLUPS' }
  for (const [index, spec] of rollups.entries()) {
    const earlier = rollups.slice(0, index)
    const fault = checkRollupSpec(spec, chainId)
    if (fault !== null) return { reason: fault, rollup: index }
    if (earlier.some(({ name }) => name === spec.name)) return { reason: 'NAME_TAKEN', rollup: index }
    if (earlier.some((other) => other.chainId === spec.chainId))
      return { reason: 'CHAIN_ID_TAKEN', rollup: index }
    const electable = validators.filter(({ stake }) => stake >= params.minStake && stake >= spec.minStake)
    if (electable.length < spec.sequencers) return { reason: 'TOO_FEW_VALIDATORS', rollup: index }
  }
  return null
}

function supplyOf({ accounts, validators }: BeaconGenesis): bigint {
  const amounts = [...accounts.map(({ balance }) => balance), ...validators.map(({ stake }) => stake)]
  return amounts.reduce((sum, amount) => sum + amount, 0n)
}

function hasDuplicates(items: readonly string[]): boolean {
  return new Set(items).size !== items.length
}

function describeFault(fault: GenesisFault): string {
  if ('validator' in fault) return `validators[${fault.validator}]: ${fault.reason}`
  if ('rollup' in fault) return `rollups[${fault.rollup}]: ${fault.reason}`
  return fault.reason
}
