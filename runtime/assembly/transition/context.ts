/** What the parts of the state-transition function share while they apply one block. */

import { committeeOf } from '../committees'
import { Committee } from '../consensus/committee'
import { epochOf } from '../epochs'
import { BeaconParams } from '../params'
import { ByteWriter } from '../primitives/codec'
import { identityAt, Network } from '../primitives/forks'
import { beaconInstance, Instance, instanceKey, NetworkIdentity } from '../primitives/ids'
import { BeaconState } from '../state'
import { AttemptHost } from './attempt'

/** A block but for its contents. */
export class BlockPosition {
  constructor(
    readonly network: Network,
    readonly height: i64,
    readonly view: i64,
    /** Digest of the parent. */
    readonly parent: string,
    /** Seat in the Beacon Layer's committee. */
    readonly proposer: i64,
  ) {}
}

export class BlockContext {
  readonly state: BeaconState
  readonly params: BeaconParams
  readonly epoch: i64
  /** What is signed for this block is bound to it. */
  readonly identity: NetworkIdentity
  /** Encoded; see events.ts. */
  readonly events: Uint8Array[] = []
  /** Proofs of possession that were looked at. */
  registrations: i32 = 0
  private readonly attempts: AttemptHost
  private readonly committees: Map<string, Committee> = new Map<string, Committee>()
  private eventsBefore: i32 = 0

  constructor(readonly position: BlockPosition) {
    const attempts = new AttemptHost()
    const state = new BeaconState(attempts)
    const params = state.params()
    const epoch = epochOf(position.height, params.epochLength)
    this.attempts = attempts
    this.state = state
    this.params = params
    this.epoch = epoch
    this.identity = identityAt(position.network, beaconInstance(epoch), position.view)
  }

  /** Of an instance that may have begun: such a committee never changes, so one look-up per block is enough. */
  committee(instance: Instance): Committee | null {
    const key = instanceKey(instance)
    if (this.committees.has(key)) return this.committees.get(key)
    const committee = committeeOf(this.state, this.position.network, instance)
    if (committee !== null) this.committees.set(key, committee)
    return committee
  }

  beginAttempt(): void {
    this.eventsBefore = this.events.length
    this.attempts.begin()
  }

  /** What was written and told since {@link beginAttempt} stays only if `isKept`. */
  endAttempt(isKept: bool): void {
    this.attempts.end(isKept)
    if (!isKept) this.events.length = this.eventsBefore
  }

  emit(event: ByteWriter): void {
    this.events.push(event.finish())
  }
}
