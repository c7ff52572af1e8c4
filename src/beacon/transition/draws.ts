/**
 * When committees are drawn. At the terminal block of epoch t, for epoch t + 2, so that the elected know an epoch ahead; for a new
 * rollup, in the block after its registration, from that block's randomness.
 */

import { committeeRoot } from '../../consensus/committee.ts'
import type { Hex } from '../../primitives/bytes.ts'
import { type Epoch, epoch, type Instance } from '../../primitives/ids.ts'
import { elect } from '../election/draw.ts'
import { epochSeed, firstSeed } from '../election/seed.ts'
import { buildSumTree } from '../election/sum-tree.ts'
import { DRAW_LEAD_EPOCHS, FREEZE_LEAD_EPOCHS } from '../epochs.ts'
import {
  electableLeaves,
  freezeSet,
  isSameSet,
  seatMembers,
  type ValidatorSet,
} from '../staking/validator-set.ts'
import type { BeaconState } from '../state.ts'
import type { DrawnCommittee, Rollup } from '../values.ts'
import type { BlockContext } from './context.ts'
import { expelledOf, replaceExpelled } from './vacancies.ts'

/** For the rollups that the previous block registered: this epoch's and the next one's committee, and their first instance. */
export function drawFirstCommittees(context: BlockContext): void {
  const { state, epoch: current } = context
  const ids = state.undrawnRollups()
  if (ids.length === 0) return
  state.setUndrawnRollups([])
  for (const id of ids) {
    const rollup = state.rollup(id)!
    for (const at of [current, epoch(current + 1)]) {
      drawAndStore(context, rollup, at, firstSeed(id, at, state.mix()))
    }
    const instance: Instance = { rollup: id, epoch: current, sub: 0 }
    state.setInstanceStatus({ instance, genesis: null, closedAt: null })
    context.emit({ type: 'opened', instance, genesis: null })
  }
}

/** At a terminal block: freezes stakes, fixes a seed and draws. Rollups without a first committee yet get theirs in the next block. */
export function prepareEpochs(context: BlockContext): void {
  const { state, epoch: current } = context
  const drawn = epoch(current + DRAW_LEAD_EPOCHS)
  const frozen = epoch(current + FREEZE_LEAD_EPOCHS)
  freezeStakes(context, frozen, state.validatorSet(drawn)!)
  state.setSeed(drawn, epochSeed(drawn, state.mix()))
  const undrawn = new Set(state.undrawnRollups())
  for (const id of state.aliveRollups()) {
    if (!undrawn.has(id)) drawAndStore(context, state.rollup(id)!, drawn, state.seed(drawn)!)
  }
}

/** Below five staked validators the previous set stays, and nobody leaves: the Beacon Layer can't run without one. */
function freezeStakes(context: BlockContext, at: Epoch, before: ValidatorSet): void {
  const { state, params } = context
  const candidates = state.candidates().map((index) => ({ index, validator: state.validator(index)! }))
  const { set, gone } = freezeSet(candidates, before, params.minStake) ?? { set: before, gone: [] }
  state.setValidatorSet(at, set)
  if (!isSameSet(set, before)) context.emit({ type: 'setChanged', epoch: at })
  for (const index of gone) {
    state.setValidator(index, { ...state.validator(index)!, gone: at })
    context.emit({ type: 'left', validator: index, epoch: at })
  }
  if (gone.length > 0) state.setCandidates(state.candidates().filter((index) => !gone.includes(index)))
}

function drawAndStore(context: BlockContext, rollup: Rollup, at: Epoch, seed: Hex): void {
  const committee = storeDrawnCommittee(context.state, rollup, at, seed)
  if (committee === null) context.emit({ type: 'committeeMissing', rollup: rollup.id, epoch: at })
  else context.emit({ type: 'committeeDrawn', instance: { rollup: rollup.id, epoch: at, sub: 0 }, committee })
}

/**
 * Draws from the frozen set of epoch `at`, and gives the seats of those that were expelled since it was frozen to the reserves; null, storing
 * nothing, if too few validators have the stake.
 */
export function storeDrawnCommittee(
  state: BeaconState,
  rollup: Rollup,
  at: Epoch,
  seed: Hex,
): DrawnCommittee | null {
  const set = state.validatorSet(at)!
  const drawn = computeCommittee(set, rollup, seed)
  if (drawn === null) return null
  const committee = replaceExpelled(drawn, set, expelledOf(state))
  state.setCommittee({ rollup: rollup.id, epoch: at, sub: 0 }, committee)
  return committee
}

function computeCommittee(set: ValidatorSet, rollup: Rollup, seed: Hex): DrawnCommittee | null {
  const leaves = electableLeaves(set, rollup.spec.minStake)
  const elected = elect(
    leaves.map(({ weight }) => weight),
    seed,
    rollup.id,
    rollup.spec.sequencers,
  )
  if (elected === null) return null
  const { root } = buildSumTree(leaves)
  const [seats, standby] = [elected.seats, elected.standby].map((leaves) =>
    leaves.map((leaf) => set.entries[leaf]!.validator),
  ) as [number[], number[]]
  return {
    seed,
    weightsRoot: root.hash,
    weightsTotal: root.sum,
    seats,
    standby,
    replaced: [],
    committeeRoot: committeeRoot(seatMembers(set, seats)),
  }
}
