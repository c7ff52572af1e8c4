/** What of the Beacon Layer's RPC answers commands use; see beacon/rpc/. */

import type { Hex } from '../primitives/bytes.ts'

export interface BeaconStatusAnswer {
  readonly epoch: number
  readonly head: { readonly height: number; readonly time: number }
  readonly params: {
    readonly epochLength: number
    readonly blockTimeMs: number
    readonly jailEpochs: number
  }
}

export interface ValidatorAnswer {
  readonly index: number
  readonly account: Hex
  readonly votePublicKey: Hex
  readonly stake: string
  /** What was taken from it so far. */
  readonly slashed: string
  /** In basis points. */
  readonly commissionBps: number
  /** Epoch in which it was last jailed. */
  readonly jailedIn: number | null
  readonly isJailed: boolean
  readonly exitAskedIn: number | null
  /** The first epoch without it. */
  readonly gone: number | null
  /** Epoch in which it was expelled. */
  readonly tombstonedIn: number | null
  /** Of the last hundred counted Beacon blocks; null unless it votes at present. */
  readonly presence: {
    /** Fewer if it hasn't served for so long. */
    readonly counted: number
    readonly attended: number
    /** The latest ones. */
    readonly missedInARow: number
  } | null
}

/** Of one account with one validator; amounts in wei. */
export interface HoldingAnswer {
  readonly validator: number
  readonly stake: string
  readonly moved: { readonly from: number; readonly amount: string; readonly freeIn: number } | null
  readonly rewards: string
  readonly commission: string
  readonly leaving: readonly { readonly amount: string; readonly freeIn: number }[]
}

export interface ValidatorSetAnswer {
  readonly epoch: number
  readonly validators: readonly {
    readonly validator: number
    readonly stake: string
    readonly weight: string
  }[]
}

/** What executes the Beacon Layer's blocks, and what may come to; weights in wei. */
export interface RuntimeAnswer {
  readonly code: Hex
  readonly bytes: number
  readonly proposal: {
    readonly code: Hex
    readonly bytes: number
    readonly proposedIn: number
    readonly approvals: readonly { readonly validator: number; readonly weight: string }[]
    readonly weight: string
    readonly totalWeight: string
    readonly startsIn: number | null
  } | null
  readonly probation: { readonly previous: Hex; readonly until: number } | null
  /** The last one that was given up. */
  readonly failure: { readonly code: Hex; readonly reason: string; readonly height: number } | null
}

export interface PublishedCodeAnswer {
  readonly bytes: number
  readonly isVerified: boolean
  readonly parts: readonly boolean[]
}

export interface RollupAnswer {
  readonly id: number
  readonly name: string
  readonly chainId: number
  readonly sequencers: number
  readonly vm: string
  readonly blockTimeMs: number
  readonly minStake: string
  /** In Beacon blocks; 0: it doesn't end by itself. */
  readonly lifetimeBlocks: number
  readonly registeredAt: number
  readonly isAlive: boolean
  readonly status: {
    readonly instance: { readonly epoch: number; readonly sub: number }
    /** Height of the Beacon block. */
    readonly closedAt: number | null
  } | null
  readonly record: { readonly height: number; readonly recordedAt: number } | null
}

export interface CommitteeMember {
  readonly validator: number
  readonly account: Hex
  readonly stake: string
}

export interface CommitteeAnswer {
  readonly rollup: { readonly id: number; readonly name: string; readonly chainId: number }
  readonly epoch: number
  readonly sub: number
  readonly seed: Hex
  readonly committeeRoot: Hex
  readonly seats: readonly (CommitteeMember & { readonly seat: number })[]
  readonly standby: readonly CommitteeMember[]
  /** In that order: `validator` lost the seat. */
  readonly replaced: readonly { readonly seat: number; readonly validator: number }[]
}

export interface EvidenceAnswer {
  /** Of the Beacon block that holds it, and its place there. */
  readonly height: number
  readonly index: number
  readonly offence: 'NN' | 'FF' | 'XF' | 'FN'
  readonly validator: number
  readonly account: Hex
  /** What was taken from its stake so far, in wei. */
  readonly slashed: string
  readonly instance: { readonly rollup: number; readonly epoch: number; readonly sub: number }
}

export interface SoftHeadsAnswer {
  readonly soft: { readonly number: number; readonly hash: Hex } | null
  readonly beacon: { readonly number: number; readonly hash: Hex } | null
  readonly posted: { readonly number: number; readonly hash: Hex } | null
  readonly final: { readonly number: number; readonly hash: Hex } | null
  readonly settled: { readonly number: number; readonly hash: Hex } | null
}
