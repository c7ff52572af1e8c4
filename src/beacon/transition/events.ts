/** What a block did, told to the node once the block is final: no part of the state. */

import type { Hex } from '../../primitives/bytes.ts'
import type { Epoch, Height, Instance, RollupId } from '../../primitives/ids.ts'
import type { Evidence, Offence } from '../evidence.ts'
import type { Slash } from '../staking/slashing.ts'
import type { UpgradeFailure } from '../upgrade/entries.ts'
import type { DrawnCommittee, InstanceGenesis, RecordHead, Rollup } from '../values.ts'

export type BeaconEvent =
  | { readonly type: 'rollupRegistered'; readonly rollup: Rollup }
  | { readonly type: 'rollupClosed'; readonly rollup: Rollup }
  /** From `epoch` on other validators vote, or with other weights, than in the one before. */
  | { readonly type: 'setChanged'; readonly epoch: Epoch }
  /** Or changed, for a member was expelled; never once its instance can have begun. */
  | { readonly type: 'committeeDrawn'; readonly instance: Instance; readonly committee: DrawnCommittee }
  /** Too few validators with enough stake: the rollup pauses in `epoch`. A smaller committee is never drawn. */
  | { readonly type: 'committeeMissing'; readonly rollup: RollupId; readonly epoch: Epoch }
  /** All blocks from `from` to `head.height` are recorded. */
  | { readonly type: 'recorded'; readonly rollup: RollupId; readonly from: Height; readonly head: RecordHead }
  /** Seats stop signing in `instance`. */
  | { readonly type: 'closed'; readonly instance: Instance }
  /** Blocks of `instance` are recorded from now on; it starts from `genesis`, null for the rollup's own. */
  | { readonly type: 'opened'; readonly instance: Instance; readonly genesis: InstanceGenesis }
  | {
      readonly type: 'evidence'
      readonly evidence: Evidence
      readonly offence: Offence
      readonly validator: number
      readonly account: Hex
      /** What it cost, and who got the reward. */
      readonly slash: Slash
      readonly reporter: Hex
    }
  | StakingEvent
  | UpgradeEvent

export type UpgradeEvent =
  | { readonly type: 'runtimeProposed' | 'runtimeApproved'; readonly code: Hex; readonly validator: number }
  /** Approved: tried with the first block of `epoch`. */
  | { readonly type: 'runtimeScheduled'; readonly code: Hex; readonly epoch: Epoch }
  /** Too few approved for too long. */
  | { readonly type: 'runtimeDropped'; readonly code: Hex }
  /** Executed this block, as the first one. Told by the node, as is the next. */
  | { readonly type: 'runtimeStarted'; readonly code: Hex; readonly previous: Hex }
  /** This block was executed by `present` instead. */
  | { readonly type: 'runtimeFailed'; readonly failure: UpgradeFailure; readonly present: Hex }

export type StakingEvent =
  | {
      readonly type: 'validatorRegistered'
      readonly validator: number
      readonly account: Hex
      readonly stake: bigint
    }
  | { readonly type: 'commissionChanged'; readonly validator: number; readonly commissionBps: number }
  | { readonly type: 'delegated'; readonly validator: number; readonly account: Hex; readonly amount: bigint }
  | {
      readonly type: 'undelegated'
      readonly validator: number
      readonly account: Hex
      readonly amount: bigint
    }
  | {
      readonly type: 'redelegated'
      readonly from: number
      readonly to: number
      readonly account: Hex
      readonly amount: bigint
    }
  /** Both were paid to the account: what it had earned, and what had left the stake and is free. */
  | {
      readonly type: 'claimed'
      readonly validator: number
      readonly account: Hex
      readonly rewards: bigint
      readonly released: bigint
    }
  | { readonly type: 'exitAsked'; readonly validator: number; readonly account: Hex }
  /** From `epoch` on it doesn't serve any more. */
  | { readonly type: 'left'; readonly validator: number; readonly epoch: Epoch }
  /** For having been absent; `amount` was taken from the stake. */
  | { readonly type: 'jailed'; readonly validator: number; readonly account: Hex; readonly amount: bigint }
  | { readonly type: 'unjailed'; readonly validator: number; readonly account: Hex }
  /** The second part of what an offence costs: the more who offended at about the same time, the more. */
  | {
      readonly type: 'penalized'
      readonly validator: number
      readonly account: Hex
      readonly instance: Instance
      readonly slash: Slash
      readonly reporter: Hex
    }
