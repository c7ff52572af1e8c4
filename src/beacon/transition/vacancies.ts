/**
 * Seats of expelled validators go to reserves. In epochs that are still to come the committee is changed at once: nobody can have voted as one of
 * it, since that takes a Beacon block of its epoch. An instance that runs keeps its committee, is closed at the end of a sub-epoch, and
 * followed by another one.
 */

import { committeeRoot } from '../../consensus/committee.ts'
import { epoch, type Instance } from '../../primitives/ids.ts'
import { fillVacancies, hasVacancy } from '../election/reserves.ts'
import { DRAW_LEAD_EPOCHS, endsSubEpoch, terminalHeight } from '../epochs.ts'
import { isExpelled } from '../staking/validator.ts'
import { seatMembers, type ValidatorSet } from '../staking/validator-set.ts'
import type { BeaconState } from '../state.ts'
import type { DrawnCommittee } from '../values.ts'
import type { BlockContext } from './context.ts'

export type IsExpelled = (validator: number) => boolean

export function expelledOf(state: BeaconState): IsExpelled {
  return (index) => isExpelled(state.validator(index)!)
}

/** `set` is that of the committee's epoch. */
export function replaceExpelled(
  drawn: DrawnCommittee,
  set: ValidatorSet,
  isExpelled: IsExpelled,
): DrawnCommittee {
  const places = fillVacancies(drawn, isExpelled)
  return { ...drawn, ...places, committeeRoot: committeeRoot(seatMembers(set, places.seats)) }
}

/** After somebody was expelled: in the committees of coming epochs. */
export function vacateComingSeats(context: BlockContext): void {
  const { state, epoch: current } = context
  const isExpelled = expelledOf(state)
  for (const rollup of state.aliveRollups()) {
    for (let at = current + 1; at <= current + DRAW_LEAD_EPOCHS; at++) {
      const instance: Instance = { rollup, epoch: epoch(at), sub: 0 }
      const drawn = state.committee(instance)
      if (drawn !== null && hasVacancy(drawn, isExpelled)) storeReplaced(context, instance, drawn, isExpelled)
    }
  }
}

/** Whether a running instance has to make way for one with other members, and there is time for that in its epoch. */
export function mustMakeWay(
  { state, params, position, epoch: current }: BlockContext,
  instance: Instance,
): boolean {
  if (instance.epoch !== current || !endsSubEpoch(position.height, params.epochLength)) return false
  if (position.height + params.openAfterBlocks >= terminalHeight(current, params.epochLength)) return false
  const drawn = state.committee(instance)
  return drawn !== null && hasVacancy(drawn, expelledOf(state))
}

/** Gives `instance` the committee of `base`, one of the same epoch, without those that were expelled. False if that has none. */
export function inheritCommittee(context: BlockContext, instance: Instance, base: Instance): boolean {
  const drawn = context.state.committee(base)
  if (drawn === null) return false
  storeReplaced(context, instance, drawn, expelledOf(context.state))
  return true
}

function storeReplaced(
  context: BlockContext,
  instance: Instance,
  drawn: DrawnCommittee,
  isExpelled: IsExpelled,
): void {
  const committee = replaceExpelled(drawn, context.state.validatorSet(instance.epoch)!, isExpelled)
  context.state.setCommittee(instance, committee)
  context.emit({ type: 'committeeDrawn', instance, committee })
}
