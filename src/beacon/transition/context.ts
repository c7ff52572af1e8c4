/** What the parts of the state-transition function share while they apply one block. */

import type { Committee } from '../../consensus/committee.ts'
import type { Hex } from '../../primitives/bytes.ts'
import { identityAt, type Network } from '../../primitives/forks.ts'
import {
  beaconInstance,
  type Epoch,
  type Height,
  type Instance,
  instanceKey,
  type NetworkIdentity,
  type View,
} from '../../primitives/ids.ts'
import { committeeOf } from '../committees.ts'
import { epochOf } from '../epochs.ts'
import type { TransitionHost } from '../host.ts'
import type { BeaconParams } from '../params.ts'
import { BeaconState } from '../state.ts'
import { AttemptHost } from './attempt.ts'
import type { BeaconEvent } from './events.ts'

/** A block but for its contents. */
export interface BlockPosition {
  readonly network: Network
  readonly height: Height
  readonly view: View
  /** Digest of the parent. */
  readonly parent: Hex
  /** Seat in the Beacon Layer's committee. */
  readonly proposer: number
}

export class BlockContext {
  readonly host: TransitionHost
  readonly position: BlockPosition
  readonly state: BeaconState
  readonly params: BeaconParams
  readonly epoch: Epoch
  /** What is signed for this block is bound to it. */
  readonly identity: NetworkIdentity
  readonly events: BeaconEvent[] = []
  /** Proofs of possession that were looked at. */
  registrations = 0
  readonly #attempts: AttemptHost
  readonly #committees = new Map<string, Committee>()

  constructor(host: TransitionHost, position: BlockPosition) {
    this.host = host
    this.position = position
    this.#attempts = new AttemptHost(host)
    this.state = new BeaconState(this.#attempts)
    this.params = this.state.params()
    this.epoch = epochOf(position.height, this.params.epochLength)
    this.identity = identityAt(position.network, beaconInstance(this.epoch), position.view)
  }

  /** Of an instance that may have begun: such a committee never changes, so one look-up per block is enough. */
  committee(instance: Instance): Committee | null {
    const key = instanceKey(instance)
    const committee = this.#committees.get(key) ?? committeeOf(this.state, this.position.network, instance)
    if (committee !== null) this.#committees.set(key, committee)
    return committee
  }

  /** What `perform` writes and tells stays only if it says so. */
  attempt<Outcome>(perform: () => Outcome, isKept: (outcome: Outcome) => boolean): Outcome {
    const told = this.events.length
    return this.#attempts.attempt(perform, (outcome) => {
      const isDone = isKept(outcome)
      if (!isDone) this.events.length = told
      return isDone
    })
  }

  emit(event: BeaconEvent): void {
    this.events.push(event)
  }
}
