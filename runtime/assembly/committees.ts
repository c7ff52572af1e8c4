/** Who votes in an instance according to the state: the Beacon Layer's own committees and those drawn for rollups. */

import { Committee, createCommittee } from './consensus/committee'
import { Network } from './primitives/forks'
import { BEACON, Instance } from './primitives/ids'
import { beaconCommittee, seatMembers } from './staking/validator-set'
import { BeaconState } from './state'

/** Null if the instance has no committee (yet). */
export function committeeOf(state: BeaconState, network: Network, instance: Instance): Committee | null {
  const set = state.validatorSet(instance.epoch)
  if (set === null) return null
  if (instance.rollup == BEACON) {
    return instance.sub == 0 ? beaconCommittee(network, instance.epoch, set) : null
  }
  const drawn = state.committee(instance)
  return drawn === null ? null : createCommittee(network, instance, seatMembers(set, drawn.places.seats))
}
