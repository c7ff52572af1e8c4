/**
 * The validators of one epoch with their stakes and weights, frozen three epochs ahead: before anything of the randomness is known
 * that will draw from them. Entry i is validator i of the registry; who doesn't take part has weight 0.
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
import { type RegisteredValidator, VALIDATORS_MAX } from './validator.ts'

export interface SetEntry {
  readonly account: Hex
  readonly votePublicKey: Uint8Array
  readonly stake: bigint
  /** Capped; see election/cap.ts. */
  readonly weight: bigint
}

export interface ValidatorSet {
  readonly entries: readonly SetEntry[]
}

/** Null if fewer than five validators that may serve have the minimum stake. */
export function freezeSet(validators: readonly RegisteredValidator[], minStake: bigint): ValidatorSet | null {
  const mayServe = ({ stake, tombstonedIn }: RegisteredValidator) =>
    stake >= minStake && tombstonedIn === null
  const weights = computeCappedWeights(
    validators.map((validator) => (mayServe(validator) ? validator.stake : 0n)),
  )
  if (weights === null) return null
  return {
    entries: validators.map(({ account, votePublicKey, stake }, index) => ({
      account,
      votePublicKey,
      stake,
      weight: weights[index]!,
    })),
  }
}

export function isSameSet(a: ValidatorSet, b: ValidatorSet): boolean {
  const [left, right] = [a, b].map((set) => writeValidatorSet(new ByteWriter(), set).finish())
  return equalBytes(left!, right!)
}

/** What a rollup's committee is drawn from: those below its minimum stake weigh nothing. */
export function electableLeaves(set: ValidatorSet, minStake: bigint): SumLeaf[] {
  return set.entries.map(({ votePublicKey, stake, weight }) => ({
    keyHash: keccakHex(votePublicKey),
    weight: stake >= minStake ? weight : 0n,
  }))
}

/** Everyone with weight, in registry order: the voters of the Beacon Layer itself. */
export function beaconCommittee(network: Network, at: Epoch, set: ValidatorSet): Committee {
  const members: Member[] = set.entries
    .map(({ account, votePublicKey, weight }, validator) => ({
      validator,
      account,
      publicKey: votePublicKey,
      weight,
    }))
    .filter(({ weight }) => weight > 0n)
  return createCommittee(network, beaconInstance(at), members)
}

/** The seats of a rollup's committee; each has one vote. */
export function seatMembers(set: ValidatorSet, seats: readonly number[]): Member[] {
  return seats.map((validator) => {
    const { account, votePublicKey } = set.entries[validator]!
    return { validator, account, publicKey: votePublicKey, weight: 1n }
  })
}

export function writeValidatorSet(writer: ByteWriter, set: ValidatorSet): ByteWriter {
  return writer.list(set.entries, (to, entry) =>
    to.hex(entry.account, 20).raw(entry.votePublicKey).u128(entry.stake).u128(entry.weight),
  )
}

export function readValidatorSet(reader: ByteReader): ValidatorSet {
  return {
    entries: reader.list(VALIDATORS_MAX, (from) => ({
      account: from.hex(20),
      votePublicKey: from.raw(PUBLIC_KEY_BYTES),
      stake: from.u128(),
      weight: from.u128(),
    })),
  }
}
