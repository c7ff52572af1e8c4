/** The validators that serve in one epoch, with their stakes and weights, frozen three epochs ahead. */

import { Committee, createCommittee, Member } from '../consensus/committee'
import { computeCappedWeights } from '../election/cap'
import { SumLeaf } from '../election/sum-tree'
import { equalBytes } from '../primitives/bytes'
import { ByteReader, ByteWriter } from '../primitives/codec'
import { Network } from '../primitives/forks'
import { keccakHex } from '../primitives/hash'
import { beaconInstance } from '../primitives/ids'
import { PUBLIC_KEY_BYTES } from '../primitives/signatures'
import { U256 } from '../primitives/uint'
import { Candidate, succeed } from './churn'
import { VALIDATORS_MAX } from './validator'

export class SetEntry {
  constructor(
    /** Index in the registry. */
    readonly validator: i64,
    readonly account: string,
    readonly votePublicKey: Uint8Array,
    readonly stake: U256,
    /** Capped; see election/cap.ts. */
    readonly weight: U256,
  ) {}
}

export class ValidatorSet {
  constructor(
    /** By ascending validator. */
    readonly entries: SetEntry[],
  ) {}
}

export class FrozenSet {
  constructor(
    readonly set: ValidatorSet,
    /** Those whose wish to leave is granted. */
    readonly gone: i64[],
  ) {}
}

/** After the set `before`; null if fewer than five validators that may serve have the minimum stake. */
export function freezeSet(candidates: Candidate[], before: ValidatorSet, minStake: U256): FrozenSet | null {
  const succession = succeed(candidates, stakesOf(before), minStake)
  const serving: Candidate[] = []
  const stakes: U256[] = []
  for (let i = 0; i < candidates.length; i++) {
    const index = candidates[i].index
    if (!succession.stakes.has(index)) continue
    serving.push(candidates[i])
    stakes.push(succession.stakes.get(index))
  }
  const weights = computeCappedWeights(stakes)
  if (weights === null) return null
  const entries: SetEntry[] = []
  for (let i = 0; i < serving.length; i++) {
    const validator = serving[i].validator
    entries.push(
      new SetEntry(serving[i].index, validator.account, validator.votePublicKey, stakes[i], weights[i]),
    )
  }
  return new FrozenSet(new ValidatorSet(entries), succession.gone)
}

export function entryOf(set: ValidatorSet, validator: i64): SetEntry | null {
  for (let i = 0; i < set.entries.length; i++) if (set.entries[i].validator == validator) return set.entries[i]
  return null
}

export function totalStake(set: ValidatorSet): U256 {
  let sum = U256.ZERO
  for (let i = 0; i < set.entries.length; i++) sum = sum + set.entries[i].stake
  return sum
}

export function totalWeight(set: ValidatorSet): U256 {
  let sum = U256.ZERO
  for (let i = 0; i < set.entries.length; i++) sum = sum + set.entries[i].weight
  return sum
}

export function isSameSet(a: ValidatorSet, b: ValidatorSet): bool {
  return equalBytes(
    writeValidatorSet(new ByteWriter(), a).finish(),
    writeValidatorSet(new ByteWriter(), b).finish(),
  )
}

/** What a rollup's committee is drawn from, leaf by entry: those below its minimum stake weigh nothing. */
export function electableLeaves(set: ValidatorSet, minStake: U256): SumLeaf[] {
  const leaves: SumLeaf[] = []
  for (let i = 0; i < set.entries.length; i++) {
    const entry = set.entries[i]
    const weight = entry.stake >= minStake ? entry.weight : U256.ZERO
    leaves.push(new SumLeaf(keccakHex(entry.votePublicKey), weight))
  }
  return leaves
}

/** Everyone, in registry order: the voters of the Beacon Layer itself. */
export function beaconCommittee(network: Network, at: i64, set: ValidatorSet): Committee {
  const members: Member[] = []
  for (let i = 0; i < set.entries.length; i++) {
    const entry = set.entries[i]
    members.push(new Member(entry.validator, entry.account, entry.votePublicKey, entry.weight))
  }
  return createCommittee(network, beaconInstance(at), members)
}

/** The seats of a rollup's committee, by validator; each has one vote. */
export function seatMembers(set: ValidatorSet, seats: i64[]): Member[] {
  const members: Member[] = []
  for (let i = 0; i < seats.length; i++) {
    const entry = entryOf(set, seats[i])!
    members.push(new Member(seats[i], entry.account, entry.votePublicKey, U256.ONE))
  }
  return members
}

export function writeValidatorSet(writer: ByteWriter, set: ValidatorSet): ByteWriter {
  writer.u16(set.entries.length)
  for (let i = 0; i < set.entries.length; i++) {
    const entry = set.entries[i]
    writer
      .u32(entry.validator)
      .hex(entry.account, 20)
      .raw(entry.votePublicKey)
      .u128(entry.stake)
      .u128(entry.weight)
  }
  return writer
}

export function readValidatorSet(reader: ByteReader): ValidatorSet {
  const entries: SetEntry[] = []
  const count = reader.count(VALIDATORS_MAX)
  for (let i = 0; i < count; i++) {
    const validator = reader.u32()
    const account = reader.hex(20)
    const votePublicKey = reader.raw(PUBLIC_KEY_BYTES)
    const stake = reader.u128()
    entries.push(new SetEntry(validator, account, votePublicKey, stake, reader.u128()))
  }
  return new ValidatorSet(entries)
}

function stakesOf(set: ValidatorSet): Map<i64, U256> {
  const stakes = new Map<i64, U256>()
  for (let i = 0; i < set.entries.length; i++) stakes.set(set.entries[i].validator, set.entries[i].stake)
  return stakes
}
