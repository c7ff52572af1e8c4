/** The way of one transaction up the ladder: all that its spans say. */

import type { Hex, Rung } from 'beaconlayer'

export interface Journey {
  readonly tx: Hex
  readonly rollup: { readonly id: number; readonly name: string; readonly chainId: number }
  readonly block: { readonly number: number; readonly hash: Hex; readonly index: number }
  readonly receipt: Receipt
  /** Unix ms at which the block reached each rung; without those that nobody knows. */
  readonly times: Readonly<Partial<Record<Rung, number>>>
  /** Null below `soft`. */
  readonly certificate: Certificate | null
  /** The Beacon block with the certificate's record; null below `beacon`. */
  readonly record: { readonly height: number; readonly digest: Hex } | null
  /** Null below `posted`, and where there is no L1. */
  readonly posting: Posting | null
  /** Why it is sent although it hasn't come to the end of the ladder; null if it has. */
  readonly unfinished: Unfinished | null
}

export type Unfinished = 'network stopped' | 'held too long' | 'asked for'

export interface Receipt {
  readonly from: Hex
  /** Null if it made a contract. */
  readonly to: Hex | null
  readonly gasUsed: number
  readonly isReverted: boolean
}

export interface Certificate {
  readonly epoch: number
  /** Of the committees that a rollup may have within one epoch. */
  readonly sub: number
  readonly view: number
  readonly committeeSize: number
  /** By seat. */
  readonly signers: readonly { readonly seat: number; readonly validator: number }[]
}

/** A batch on the L1. */
export interface Posting {
  readonly chainId: number
  readonly txHash: Hex
  readonly block: number
  readonly batch: number
}
