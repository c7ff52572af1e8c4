/** What of the network's JSON-RPC answers the exporter uses. */

import type { Hex, Rung } from 'beaconlayer'

export interface StatusAnswer {
  /** Unix ms. */
  readonly head: { readonly height: number; readonly time: number }
  readonly epoch: number
  readonly pool: { readonly actions: number; readonly evidence: number }
}

export interface ValidatorSetAnswer {
  readonly validators: readonly {
    readonly validator: number
    /** Wei, decimal. */
    readonly stake: string
    readonly weight: string
  }[]
}

export interface CommitteeAnswer {
  readonly seats: readonly { readonly validator: number }[]
}

export interface EvidenceAnswer {
  /** Of the Beacon block that holds it, and its place there. */
  readonly height: number
  readonly index: number
  readonly offence: string
}

export type HeadsAnswer = Readonly<Partial<Record<Rung, { readonly number: number } | null>>>

export interface BlockAnswer {
  readonly transactions: readonly Hex[]
  readonly gasUsed: Hex
}

export interface TransactionStatusAnswer {
  readonly rung: Rung | null
  /** Unix ms. */
  readonly times: Readonly<Partial<Record<Rung, number>>>
}
