/**
 * The validators that serve in one epoch, with their stakes and weights, frozen three epochs ahead: before anything of the randomness is known
 * that will draw from them.
 */

import { type Committee, createCommittee, type Member } from '../../consensus/committee.ts'
import { equalBytes, type Hex } from '../../primitives/bytes.ts'
import { type ByteReader, ByteWriter } from '../../primitives/codec.ts'
import type { Network } from '../../primitives/forks.ts'
import { keccakHex } from '../../primitives/hash.ts'
import { beaconInstance, type Epoch } from '../../primitives/ids.ts'
import { PUBLIC_KEY_BYTES } from '../../primitives/signatures.ts'
import { computeCappedWeights } from '../election/cap.ts'
import type { SumLeaf } from '../election/sum-tree.ts'
import { type Candidate, type ServingStakes, succeed } from './churn.ts'
import { register, VALIDATORS_MAX, type Validator } from './validator.ts'

export interface SetEntry {
  /** Index in the registry. */
  readonly validator: number
  readonly account: Hex
  readonly votePublicKey: Uint8Array
  readonly stake: bigint
  /** Capped; see election/cap.ts. */
  readonly weight: bigint
}

export interface ValidatorSet {
  /** By ascending validator. */
  readonly entries: readonly SetEntry[]
}

export interface FrozenSet {
  readonly set: ValidatorSet
  /** Those whose wish to leave is granted. */
  readonly gone: readonly number[]
}

/** After the set `before`; null if fewer than five validators that may serve have the minimum stake. */
export function freezeSet(
  candidates: readonly Candidate[],
  before: ValidatorSet | null,
  minStake: bigint,
): FrozenSet | null {
  const { stakes, gone } = succeed(candidates, before === null ? null : stakesOf(before), minStake)
  const serving = candidates.filter(({ index }) => stakes.has(index))
  const weights = computeCappedWeights(serving.map(({ index }) => stakes.get(index)!))
  if (weights === null) return null
  const entries = serving.map(({ index, validator: { account, votePublicKey } }, i) => ({
    validator: index,
    account,
    votePublicKey,
    stake: stakes.get(index)!,
    weight: weights[i]!,
  }))
  return { set: { entries }, gone }
}

/** Of validators that are registered together, in this order; null if too few have the minimum stake. */
export function firstSet(validators: readonly Validator[], minStake: bigint): ValidatorSet | null {
  const candidates = validators.map((validator, index) => ({ index, validator: register(validator) }))
  return freezeSet(candidates, null, minStake)?.set ?? null
}

export function entryOf({ entries }: ValidatorSet, validator: number): SetEntry | null {
  return entries.find((entry) => entry.validator === validator) ?? null
}

export function totalStake({ entries }: ValidatorSet): bigint {
  return entries.reduce((sum, { stake }) => sum + stake, 0n)
}

export function totalWeight({ entries }: ValidatorSet): bigint {
  return entries.reduce((sum, { weight }) => sum + weight, 0n)
}

export function isSameSet(a: ValidatorSet, b: ValidatorSet): boolean {
  const [left, right] = [a, b].map((set) => writeValidatorSet(new ByteWriter(), set).finish())
  return equalBytes(left!, right!)
}

/** What a rollup's committee is drawn from, leaf by entry: those below its minimum stake weigh nothing. */
export function electableLeaves(set: ValidatorSet, minStake: bigint): SumLeaf[] {
  return set.entries.map(({ votePublicKey, stake, weight }) => ({
    keyHash: keccakHex(votePublicKey),
    weight: stake >= minStake ? weight : 0n,
  }))
}

/** Everyone, in registry order: the voters of the Beacon Layer itself. */
export function beaconCommittee(network: Network, at: Epoch, set: ValidatorSet): Committee {
  const members: Member[] = set.entries.map(({ validator, account, votePublicKey, weight }) => ({
    validator,
    account,
    publicKey: votePublicKey,
    weight,
  }))
  return createCommittee(network, beaconInstance(at), members)
}

/** The seats of a rollup's committee, by validator; each has one vote. */
export function seatMembers(set: ValidatorSet, seats: readonly number[]): Member[] {
  return seats.map((validator) => {
    const { account, votePublicKey } = entryOf(set, validator)!
    return { validator, account, publicKey: votePublicKey, weight: 1n }
  })
}

export function writeValidatorSet(writer: ByteWriter, set: ValidatorSet): ByteWriter {
  return writer.list(set.entries, (to, entry) =>
    to
      .u32(entry.validator)
      .hex(entry.account, 20)
      .raw(entry.votePublicKey)
      .u128(entry.stake)
      .u128(entry.weight),
  )
}

export function readValidatorSet(reader: ByteReader): ValidatorSet {
  return {
    entries: reader.list(VALIDATORS_MAX, (from) => ({
      validator: from.u32(),
      account: from.hex(20),
      votePublicKey: from.raw(PUBLIC_KEY_BYTES),
      stake: from.u128(),
      weight: from.u128(),
    })),
  }
}

function stakesOf({ entries }: ValidatorSet): ServingStakes {
  return new Map(entries.map(({ validator, stake }) => [validator, stake]))
}
