/**
 * Which nodes have a standing among the peers: those of validators. Everybody else is a stranger, who may follow and ask, within narrow bounds.
 */

import type { BeaconApplication } from '../beacon/application.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { epoch } from '../primitives/ids.ts'

/** While no more are registered, all of them are peers; of more, those that serve or are about to. Bounds the connections of a full mesh. */
export const PEERS_MAX = 128
/** Sets are frozen so far ahead. */
const EPOCHS_AHEAD = 3

export class Standing {
  readonly #application: BeaconApplication
  #validators: ReadonlyMap<Hex, number> = new Map()
  /** What these were computed of. */
  #version = ''

  constructor(application: BeaconApplication) {
    this.#application = application
  }

  has(networkKey: Hex): boolean {
    return this.validators.has(networkKey)
  }

  /** Their indices in the registry, by network key. */
  get validators(): ReadonlyMap<Hex, number> {
    const { state, epoch: present } = this.#application
    const candidates = state.candidates()
    const version = `${present} ${candidates.join(' ')}`
    if (version !== this.#version) {
      this.#version = version
      const indices = new Set(candidates.length <= PEERS_MAX ? candidates : [])
      for (const index of this.#serving()) indices.add(index)
      this.#validators = new Map(
        [...indices].map((index) => [toHex(state.validator(index)!.networkKey), index]),
      )
    }
    return this.#validators
  }

  /** Those of the epoch before are needed until everybody has left it. */
  #serving(): number[] {
    const { state, epoch: present } = this.#application
    const epochs = Array.from({ length: EPOCHS_AHEAD + 2 }, (_, i) => present - 1 + i)
    return epochs
      .filter((at) => at >= 0)
      .flatMap((at) => state.validatorSet(epoch(at))?.entries ?? [])
      .map(({ validator }) => validator)
  }
}
