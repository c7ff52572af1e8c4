/** Seats of expelled validators go to reserves: at once in epochs that are still to come, with a new sub-epoch in an instance that runs. */

import { committeeRoot } from '../consensus/committee'
import { fillVacancies, hasVacancy, Places } from '../election/reserves'
import { DRAW_LEAD_EPOCHS, endsSubEpoch, terminalHeight } from '../epochs'
import { Instance } from '../primitives/ids'
import { isExpelled } from '../staking/validator'
import { seatMembers, ValidatorSet } from '../staking/validator-set'
import { BeaconState } from '../state'
import { DrawnCommittee } from '../values'
import { BlockContext } from './context'
import * as events from './events'

/** `set` is that of the committee's epoch. */
export function replaceExpelled(state: BeaconState, drawn: DrawnCommittee, set: ValidatorSet): DrawnCommittee {
  const places = fillVacancies(drawn.places, expelledAmong(state, drawn.places))
  const root = committeeRoot(seatMembers(set, places.seats))
  return new DrawnCommittee(root, drawn.seed, drawn.weightsRoot, drawn.weightsTotal, places)
}

/** After somebody was expelled: in the committees of coming epochs. */
export function vacateComingSeats(context: BlockContext): void {
  const state = context.state
  const alive = state.aliveRollups()
  for (let i = 0; i < alive.length; i++) {
    for (let at = context.epoch + 1; at <= context.epoch + DRAW_LEAD_EPOCHS; at++) {
      const instance = new Instance(alive[i], at, 0)
      const drawn = state.committee(instance)
      if (drawn !== null && isVacant(state, drawn)) storeReplaced(context, instance, drawn)
    }
  }
}

/** Whether a running instance has to make way for one with other members, and there is time for that in its epoch. */
export function mustMakeWay(context: BlockContext, instance: Instance): bool {
  const params = context.params
  const height = context.position.height
  if (instance.epoch != context.epoch || !endsSubEpoch(height, params.epochLength)) return false
  if (height + params.openAfterBlocks >= terminalHeight(context.epoch, params.epochLength)) return false
  const drawn = context.state.committee(instance)
  return drawn !== null && isVacant(context.state, drawn)
}

/** Gives `instance` the committee of `base`, one of the same epoch, without those that were expelled. False if that has none. */
export function inheritCommittee(context: BlockContext, instance: Instance, base: Instance): bool {
  const drawn = context.state.committee(base)
  if (drawn === null) return false
  storeReplaced(context, instance, drawn)
  return true
}

function storeReplaced(context: BlockContext, instance: Instance, drawn: DrawnCommittee): void {
  const committee = replaceExpelled(context.state, drawn, context.state.validatorSet(instance.epoch)!)
  context.state.setCommittee(instance, committee)
  context.emit(events.committeeDrawn(instance, committee))
}

function isVacant(state: BeaconState, drawn: DrawnCommittee): bool {
  return hasVacancy(drawn.places, expelledAmong(state, drawn.places))
}

function expelledAmong(state: BeaconState, places: Places): Set<i64> {
  const expelled = new Set<i64>()
  const all = places.seats.concat(places.standby)
  for (let i = 0; i < all.length; i++) if (isExpelled(state.validator(all[i])!)) expelled.add(all[i])
  return expelled
}
