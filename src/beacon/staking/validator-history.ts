/**
 * Who votes on the Beacon Layer in each epoch, as far as it was proven. In: the genesis, and changes in their order, each proven by a block
 * that those known before made final. A node that leaves a change out shows certificates that don't hold.
 */

import type { Committee } from '../../consensus/committee.ts'
import type { Epoch } from '../../primitives/ids.ts'
import { type BeaconGenesis, networkOf } from '../genesis.ts'
import { beaconCommittee, firstSet, type ValidatorSet } from './validator-set.ts'

export class ValidatorHistory {
  readonly #genesis: BeaconGenesis
  /** From which epoch on; ascending. */
  readonly #sets: { readonly from: number; readonly set: ValidatorSet }[]
  /** All changes up to this epoch are known. */
  knownUpTo = 0

  constructor(genesis: BeaconGenesis) {
    const { validators, params } = genesis
    this.#genesis = genesis
    this.#sets = [{ from: 0, set: firstSet(validators, params.minStake)! }]
  }

  /** Of the last change. */
  get lastChange(): number {
    return this.#sets.at(-1)!.from
  }

  votersIn(epoch: Epoch): Committee {
    const { set } = this.#sets.findLast(({ from }) => from <= epoch)!
    return beaconCommittee(networkOf(this.#genesis), epoch, set)
  }

  /** `from` is above the last change, and `set` was proven. */
  add(from: Epoch, set: ValidatorSet): void {
    this.#sets.push({ from, set })
  }
}
