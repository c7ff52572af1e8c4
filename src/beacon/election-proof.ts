/**
 * Everything that shows a committee to be the elected one, to somebody who trusts nothing but a Beacon state root: proofs of the
 * committee, the rollup and the frozen validator set in that state, a proof for each seat in the sum tree of the set's weights, and one for
 * each member that lost its seat to a reserve, that it was expelled.
 */

import { committeeRoot } from '../consensus/committee.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import type { Instance } from '../primitives/ids.ts'
import { standbyCount } from './election/draw.ts'
import { drawnOrder } from './election/reserves.ts'
import { buildSumTree } from './election/sum-tree.ts'
import { type ElectionFault, type SeatProof, verifyElection } from './election/verify.ts'
import { committeeKey, rollupKey, seedKey, setKey, validatorKey } from './keys.ts'
import { readRegistered } from './staking/validator.ts'
import {
  electableLeaves,
  entryOf,
  readValidatorSet,
  seatMembers,
  type ValidatorSet,
} from './staking/validator-set.ts'
import { BeaconStateView } from './state.ts'
import { createStateProof, openProof, type StateProof } from './state-proof.ts'
import type { StateTrie } from './state-trie.ts'
import { type DrawnCommittee, type Rollup, readDrawnCommittee, readRollup } from './values.ts'

export interface ElectionProof {
  readonly instance: Instance
  /** As drawn: of the seats in elected order, and of the reserves behind them. */
  readonly order: readonly SeatProof[]
  readonly committee: StateProof
  readonly rollup: StateProof
  readonly validatorSet: StateProof
  /** Of the epoch. The first committees of a rollup are drawn with seeds of their own. */
  readonly seed: StateProof
  /** Of those who were replaced, in that order: their entries in the registry. */
  readonly expelled: readonly StateProof[]
}

export type ElectionProofFault =
  | ElectionFault
  | 'STATE_PROOF_INVALID'
  | 'WEIGHTS_ROOT_MISMATCH'
  | 'COMMITTEE_ROOT_MISMATCH'
  | 'SEED_MISMATCH'
  | 'WRONG_NUMBER_OF_SEATS'
  | 'SEAT_NOT_VACATED'

/** Null if the rollup or its committee isn't in the state. */
export function createElectionProof(trie: StateTrie, instance: Instance): ElectionProof | null {
  const state = new BeaconStateView(trie)
  const drawn = state.committee(instance)
  const rollup = state.rollup(instance.rollup)
  if (drawn === null || rollup === null) return null
  const set = state.validatorSet(instance.epoch)!
  const leaves = electableLeaves(set, rollup.spec.minStake)
  const tree = buildSumTree(leaves)
  return {
    instance,
    order: drawnOrder(drawn).map((validator) => {
      const index = set.entries.findIndex((entry) => entry.validator === validator)
      return { index, ...leaves[index]!, path: tree.prove(index) }
    }),
    committee: createStateProof(trie, committeeKey(instance))!,
    rollup: createStateProof(trie, rollupKey(instance.rollup))!,
    validatorSet: createStateProof(trie, setKey(instance.epoch))!,
    seed: createStateProof(trie, seedKey(instance.epoch))!,
    expelled: drawn.replaced.map(({ validator }) => createStateProof(trie, validatorKey(validator))!),
  }
}

/** What the verifier knows without the prover: the state root from a certified header, the rest from the genesis and its question. */
export interface ElectionQuestion {
  readonly stateRoot: Hex
  readonly instance: Instance
  readonly epochLength: number
}

/** Null if the proof shows that the committee was elected by the rules; else what is wrong. */
export function checkElectionProof(
  proof: ElectionProof,
  { stateRoot, instance, epochLength }: ElectionQuestion,
): ElectionProofFault | null {
  const root = fromHex(stateRoot, 32)
  const committee = openProof(root, committeeKey(instance), proof.committee, readDrawnCommittee)
  const rollup = openProof(root, rollupKey(instance.rollup), proof.rollup, readRollup)
  const set = openProof(root, setKey(instance.epoch), proof.validatorSet, readValidatorSet)
  const seed = openProof(root, seedKey(instance.epoch), proof.seed, (reader) => reader.hex(32))
  if (committee === null || rollup === null || set === null || seed === null) return 'STATE_PROOF_INVALID'
  if (isDrawnWithEpochSeed(rollup, instance, epochLength) && committee.seed !== seed) return 'SEED_MISMATCH'
  return (
    checkDraw(committee, rollup, set) ??
    checkSeats(proof, committee, rollup, set) ??
    checkReplacements(root, committee, proof.expelled)
  )
}

/** The epoch's seed appeared at the terminal block of epoch t - 2; rollups that were registered before were drawn with it. */
function isDrawnWithEpochSeed({ registeredAt }: Rollup, { epoch }: Instance, epochLength: number): boolean {
  return registeredAt === 0 || registeredAt < (epoch - 1) * epochLength
}

/** The committee's entry must be about this rollup's weights, with as many seats and reserves as the rules say. */
function checkDraw(
  committee: DrawnCommittee,
  { spec }: Rollup,
  set: ValidatorSet,
): ElectionProofFault | null {
  const leaves = electableLeaves(set, spec.minStake)
  const { root } = buildSumTree(leaves)
  if (root.hash !== committee.weightsRoot || root.sum !== committee.weightsTotal)
    return 'WEIGHTS_ROOT_MISMATCH'
  const candidates = leaves.filter(({ weight }) => weight > 0n).length
  const { seats, standby, replaced } = committee
  const reserves = standby.length + replaced.length
  if (seats.length !== spec.sequencers || reserves !== standbyCount(candidates, seats.length)) {
    return 'WRONG_NUMBER_OF_SEATS'
  }
  const members = seats.every((validator) => entryOf(set, validator) !== null) ? seatMembers(set, seats) : []
  return committeeRoot(members) === committee.committeeRoot ? null : 'COMMITTEE_ROOT_MISMATCH'
}

function checkSeats(
  proof: ElectionProof,
  committee: DrawnCommittee,
  { id: rollup }: Rollup,
  { entries }: ValidatorSet,
): ElectionProofFault | null {
  const claimed = drawnOrder(committee)
  const isSame =
    proof.order.length === claimed.length &&
    proof.order.every(({ index }, i) => entries[index]?.validator === claimed[i])
  if (!isSame) return 'WRONG_NUMBER_OF_SEATS'
  const { seed, weightsRoot, weightsTotal } = committee
  const verdict = verifyElection({ seed, rollup, root: weightsRoot, total: weightsTotal, order: proof.order })
  return verdict.ok ? null : verdict.reason
}

/** Nobody loses a seat but by an offence. */
function checkReplacements(
  root: Uint8Array,
  { replaced }: DrawnCommittee,
  proofs: readonly StateProof[],
): ElectionProofFault | null {
  const areExpelled =
    proofs.length === replaced.length &&
    replaced.every(({ validator }, index) => {
      const entry = openProof(root, validatorKey(validator), proofs[index]!, readRegistered)
      return entry !== null && (entry.tombstonedIn !== null || entry.jailedIn !== null)
    })
  return areExpelled ? null : 'SEAT_NOT_VACATED'
}
