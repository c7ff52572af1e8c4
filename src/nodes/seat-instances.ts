/**
 * What a seat knows of its rollup's instances: their committees, which of them begin elsewhere than where the one before ended, and which is
 * closed. From that and the stored chain follows where to go on, who votes there, and whether the chain's end is void.
 */

import { epochOf } from '../beacon/epochs.ts'
import type { Block } from '../consensus/block.ts'
import { type Committee, seatOf } from '../consensus/committee.ts'
import { roundRobin } from '../consensus/leaders.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import { epoch, type Instance, instanceKey } from '../primitives/ids.ts'
import { compareInstances } from './instance-order.ts'
import type { InstancePlan } from './running-instance.ts'
import type { Opening, SeatBriefing, SeatCommittee } from './seat-messages.ts'

export const CHAIN_FORKED = defineError<{ height: number; found: Hex; recorded: Hex }>({
  code: 'K102',
  name: 'CHAIN_FORKED',
  kind: 'environment',
  message: ({ height, found, recorded }) =>
    `the final rollup block ${height} is ${found} here, but ${recorded} on the Beacon Layer`,
  hint: () =>
    'a third of a committee has signed contradicting blocks: keep the logs and stores, they hold the evidence',
})

/** This node among the members. */
export interface SeatIdentity {
  readonly voteKey: Uint8Array
  readonly networkKey: Hex
}

/** A stored chain of final blocks, the genesis among them. */
export interface FinalBlocks {
  readonly head: Block
  /** Null above the head. */
  blockAt(height: number): Block | null
}

export interface SeatInstancesOptions extends SeatIdentity {
  readonly epochLength: number
  readonly firstInstance: Instance
}

export class SeatInstances {
  readonly #options: SeatInstancesOptions
  readonly #committees = new Map<string, SeatCommittee>()
  /** In the order of their instances. */
  #openings: Opening[]
  #closed: Instance | null

  constructor(options: SeatInstancesOptions, { committees, openings, closed }: SeatBriefing) {
    this.#options = options
    this.#openings = [...openings]
    this.#closed = closed
    this.learnCommittees(committees)
  }

  learnCommittees(committees: readonly SeatCommittee[]): void {
    for (const one of committees) this.#committees.set(instanceKey(one.committee.instance), one)
  }

  close(instance: Instance): void {
    this.#closed = instance
  }

  /** True if that changes anything for who is in an instance now. */
  open(opening: Opening | null): boolean {
    const wasClosed = this.#closed !== null
    this.#closed = null
    const isNews =
      opening !== null &&
      this.#openings.every(({ instance }) => compareInstances(instance, opening.instance) < 0)
    if (isNews) this.#openings.push(opening)
    return wasClosed || isNews
  }

  committeeOf(instance: Instance): Committee | null {
    return this.#committees.get(instanceKey(instance))?.committee ?? null
  }

  /** This node's place in the instance; null if it has none. */
  placeIn(instance: Instance): { readonly seat: number; readonly seats: number } | null {
    const committee = this.committeeOf(instance)
    const seat = committee === null ? -1 : seatOf(committee, this.#options.voteKey)
    return committee === null || seat < 0 ? null : { seat, seats: committee.members.length }
  }

  /** `genesis` is the last block before `instance`. Null if its committee isn't known yet. */
  planOf(instance: Instance, genesis: Block): InstancePlan | null {
    const known = this.#committees.get(instanceKey(instance))
    if (known === undefined) return null
    const { committee, networkKeys, followers } = known
    const peers = new Map<Hex, number>(followers.map((key) => [key, -1]))
    for (const [seat, key] of networkKeys.entries()) peers.set(key, seat)
    peers.delete(this.#options.networkKey)
    return {
      committee,
      seat: seatOf(committee, this.#options.voteKey),
      mayVote: this.#mayVoteIn(instance),
      genesis,
      isTerminal: (block) => this.#isTerminal(instance, block),
      countsVoters: false,
      leaders: roundRobin(committee.members.length),
      peers,
    }
  }

  /** The instance to go on with after the head. */
  resume({ head }: FinalBlocks): Instance {
    const { instance, height } = head.header
    if (this.#openedFrom(head) !== null) return this.#openedFrom(head)!
    if (height === 0) return this.#options.firstInstance
    return this.#isTerminal(instance, head) ? this.successorOf(head) : instance
  }

  /** The instance that a terminal block hands over to. */
  successorOf(terminal: Block): Instance {
    const { rollup } = this.#options.firstInstance
    return this.#openedFrom(terminal) ?? { rollup, epoch: epoch(this.#epochAt(terminal)), sub: 0 }
  }

  /**
   * Where the chain has to be cut: an instance was opened from a block below, and what was built on that block before is void. Null if the
   * whole chain stands. Throws CHAIN_FORKED if the Beacon Layer recorded another block than this node holds.
   */
  findCut(blocks: FinalBlocks): Opening | null {
    for (const opening of this.#openings) {
      const at = opening.genesis?.height ?? 0
      const block = blocks.blockAt(at)
      const above = blocks.blockAt(at + 1)
      const isVoid = above !== null && compareInstances(above.header.instance, opening.instance) < 0
      const recorded = opening.genesis?.digest
      if (block !== null && recorded !== undefined && block.digest !== recorded) {
        throw CHAIN_FORKED({ height: at, found: block.digest, recorded })
      }
      if (isVoid) return opening
    }
    return null
  }

  /** Not in a closed instance nor after it, and not in one that ended for the Beacon Layer where another was opened. */
  #mayVoteIn(instance: Instance): boolean {
    if (this.#closed !== null && compareInstances(instance, this.#closed) >= 0) return false
    const last = this.#openings.at(-1)
    return last === undefined || compareInstances(instance, last.instance) >= 0
  }

  #isTerminal(instance: Instance, block: Block): boolean {
    if (this.#epochAt(block) > instance.epoch) return true
    const opened = this.#openedFrom(block)
    return opened !== null && compareInstances(opened, instance) > 0
  }

  /** The last instance that was opened from this very block. */
  #openedFrom({ header, digest }: Block): Instance | null {
    const last = this.#openings.findLast(({ genesis }) =>
      genesis === null ? header.height === 0 : genesis.digest === digest,
    )
    return last?.instance ?? null
  }

  #epochAt({ header }: Block): number {
    return epochOf(header.beaconRef.height, this.#options.epochLength)
  }
}
