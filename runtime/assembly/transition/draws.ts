/**
 * When committees are drawn. At the terminal block of epoch t, for epoch t + 2, so that the elected know an epoch ahead; for a new rollup, in the
 * block after its registration, from that block's randomness.
 */

import { committeeRoot } from '../consensus/committee'
import { elect } from '../election/draw'
import { Places, Replacement } from '../election/reserves'
import { epochSeed, firstSeed } from '../election/seed'
import { computeSumRoot } from '../election/sum-tree'
import { DRAW_LEAD_EPOCHS, FREEZE_LEAD_EPOCHS } from '../epochs'
import { Instance, NONE } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { Candidate } from '../staking/churn'
import { electableLeaves, freezeSet, isSameSet, seatMembers, ValidatorSet } from '../staking/validator-set'
import { DrawnCommittee, InstanceStatus, Rollup } from '../values'
import { BlockContext } from './context'
import * as events from './events'
import { replaceExpelled } from './vacancies'

/** For the rollups that the previous block registered: this epoch's and the next one's committee, and their first instance. */
export function drawFirstCommittees(context: BlockContext): void {
  const state = context.state
  const ids = state.undrawnRollups()
  if (ids.length == 0) return
  state.setUndrawnRollups([])
  for (let i = 0; i < ids.length; i++) {
    const rollup = state.rollup(ids[i])!
    for (let at = context.epoch; at <= context.epoch + 1; at++) {
      drawAndStore(context, rollup, at, firstSeed(ids[i], at, state.mix()))
    }
    const instance = new Instance(ids[i], context.epoch, 0)
    state.setInstanceStatus(new InstanceStatus(instance, null, NONE))
    context.emit(events.opened(instance, null))
  }
}

/** At a terminal block: freezes stakes, fixes a seed and draws. Rollups without a first committee yet get theirs in the next block. */
export function prepareEpochs(context: BlockContext): void {
  const state = context.state
  const drawn = context.epoch + DRAW_LEAD_EPOCHS
  freezeStakes(context, context.epoch + FREEZE_LEAD_EPOCHS, state.validatorSet(drawn)!)
  const seed = epochSeed(drawn, state.mix())
  state.setSeed(drawn, seed)
  const undrawn = state.undrawnRollups()
  const alive = state.aliveRollups()
  for (let i = 0; i < alive.length; i++) {
    if (!undrawn.includes(alive[i])) drawAndStore(context, state.rollup(alive[i])!, drawn, seed)
  }
}

/** Below five staked validators the previous set stays, and nobody leaves: the Beacon Layer can't run without one. */
function freezeStakes(context: BlockContext, at: i64, before: ValidatorSet): void {
  const state = context.state
  const indices = state.candidates()
  const candidates: Candidate[] = []
  for (let i = 0; i < indices.length; i++) candidates.push(new Candidate(indices[i], state.validator(indices[i])!))
  const frozen = freezeSet(candidates, before, context.params.minStake)
  const set = frozen === null ? before : frozen.set
  const gone: i64[] = frozen === null ? [] : frozen.gone
  state.setValidatorSet(at, set)
  if (!isSameSet(set, before)) context.emit(events.setChanged(at))
  for (let i = 0; i < gone.length; i++) {
    const validator = state.validator(gone[i])!.clone()
    validator.gone = at
    state.setValidator(gone[i], validator)
    context.emit(events.left(gone[i], at))
  }
  if (gone.length == 0) return
  const staying: i64[] = []
  for (let i = 0; i < indices.length; i++) if (!gone.includes(indices[i])) staying.push(indices[i])
  state.setCandidates(staying)
}

/** Draws from the frozen set of epoch `at`, and gives the seats of those that were expelled since it was frozen to the reserves. */
function drawAndStore(context: BlockContext, rollup: Rollup, at: i64, seed: string): void {
  const state = context.state
  const set = state.validatorSet(at)!
  const drawn = computeCommittee(set, rollup, seed)
  if (drawn === null) {
    context.emit(events.committeeMissing(rollup.id, at))
    return
  }
  const committee = replaceExpelled(state, drawn, set)
  const instance = new Instance(rollup.id, at, 0)
  state.setCommittee(instance, committee)
  context.emit(events.committeeDrawn(instance, committee))
}

/** Null if too few validators have the stake. */
function computeCommittee(set: ValidatorSet, rollup: Rollup, seed: string): DrawnCommittee | null {
  const leaves = electableLeaves(set, rollup.spec.minStake)
  const weights: U256[] = []
  for (let i = 0; i < leaves.length; i++) weights.push(leaves[i].weight)
  const seatCount = rollup.spec.sequencers
  const order = elect(weights, seed, rollup.id, <i32>seatCount)
  if (order === null) return null
  const seats: i64[] = []
  const standby: i64[] = []
  for (let i = 0; i < order.length; i++) {
    const validator = set.entries[order[i]].validator
    if (i < seatCount) seats.push(validator)
    else standby.push(validator)
  }
  const root = computeSumRoot(leaves)
  const replaced: Replacement[] = []
  const places = new Places(seats, standby, replaced)
  return new DrawnCommittee(committeeRoot(seatMembers(set, seats)), seed, root.hash, root.sum, places)
}
