/** Who votes in an instance according to the state: the Beacon Layer's own committees and those drawn for rollups. */

import { type Committee, createCommittee } from '../consensus/committee.ts'
import type { Network } from '../primitives/forks.ts'
import { BEACON, type Instance } from '../primitives/ids.ts'
import { beaconCommittee, seatMembers } from './staking/validator-set.ts'
import type { BeaconStateView } from './state.ts'

/** Null if the instance has no committee (yet). */
export function committeeOf(state: BeaconStateView, network: Network, instance: Instance): Committee | null {
  const set = state.validatorSet(instance.epoch)
  if (set === null) return null
  if (instance.rollup === BEACON) {
    return instance.sub === 0 ? beaconCommittee(network, instance.epoch, set) : null
  }
  const drawn = state.committee(instance)
  return drawn === null ? null : createCommittee(network, instance, seatMembers(set, drawn.seats))
}
