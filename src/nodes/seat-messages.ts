/**
 * What a validator and its seat workers say to each other over a MessagePort. A seat runs in a worker thread of its own so that executing a
 * rollup's blocks never delays the validator's Beacon votes; the validator is its only way to peers and to the Beacon Layer. Everything here
 * is structured-clonable.
 */

import type { Committee } from '../consensus/committee.ts'
import type { Header } from '../consensus/header.ts'
import type { Evidence } from '../consensus/turn.ts'
import type { Certificate } from '../consensus/vote.ts'
import type { LogLevel } from '../platform/logger.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Network } from '../primitives/forks.ts'
import type { Height, Instance } from '../primitives/ids.ts'
import type { RollupSpec } from '../primitives/rollup-spec.ts'
import type { BeaconHead } from '../rollup/beacon-view.ts'
import type { Batch } from '../settlement/batch.ts'
import type { SettlementEvent } from '../settlement/postings.ts'

/** An elected committee and where to find its members. */
export interface SeatCommittee {
  readonly committee: Committee
  /** Network keys by seat. */
  readonly networkKeys: readonly Hex[]
  /** Network keys of those who follow without a seat: the standby, and members of the next committee. */
  readonly followers: readonly Hex[]
}

/** A batch as its seat makes it; the validator adds where the Beacon Layer recorded it. */
export interface SeatBatch {
  readonly batch: Omit<Batch, 'beacon'>
  /** How many seats come before this one in posting it, counted from the proposer of its last block. */
  readonly seatsBefore: number
}

/** An instance that doesn't begin where the one before it ended by itself, because that was closed. */
export interface Opening {
  readonly instance: Instance
  /** The block that it begins from; everything that the instances before it put above is void. */
  readonly genesis: {
    readonly height: Height
    readonly digest: Hex
    readonly certificate: Certificate
  } | null
}

/** What the Beacon Layer says of a rollup at the moment when its seat starts; news follow as messages. */
export interface SeatBriefing {
  /** All since the first, for a seat that has no blocks yet checks the whole chain. */
  readonly committees: readonly SeatCommittee[]
  readonly openings: readonly Opening[]
  /** The instance that is closed at present, if one is. */
  readonly closed: Instance | null
  readonly heads: readonly BeaconHead[]
  /** Height of the highest recorded block. */
  readonly recorded: number
  readonly connectedPeers: readonly Hex[]
}

/** What all seats of one validator are started with. */
export interface SeatSettings {
  readonly networkKey: Hex
  /** Seed of the vote key. */
  readonly voteSeed: Uint8Array
  readonly dataDir: string
  readonly rpcHost: string
  readonly devAccounts: readonly Hex[]
  readonly delayBoundMs: number
  readonly logLevel: LogLevel
  /** Of platform/chain-time.ts. */
  readonly chainTime: SharedArrayBuffer
  /** Of platform/slow-disk.ts. */
  readonly diskDelay: SharedArrayBuffer
}

/** What a seat is started with: the first message to its thread. Its `dataDir` is its rollup's own. */
export interface SeatWorkerData extends SeatSettings {
  /** Its index in the registry. */
  readonly validator: number
  readonly network: Network
  readonly epochLength: number
  readonly rollupId: number
  readonly spec: RollupSpec
  /** Unix ms of the Beacon block that drew the first committee. */
  readonly genesisTimeMs: number
  readonly firstInstance: Instance
  readonly briefing: SeatBriefing
  /** One 32-bit counter, shared: bytes of messages that the seat has taken, so that the validator knows how many wait. */
  readonly bytesTaken: SharedArrayBuffer
}

/** Validator to seat. */
export type ToSeat =
  | {
      readonly type: 'consensus'
      readonly from: Hex
      readonly instance: Instance
      readonly bytes: Uint8Array
    }
  | { readonly type: 'transactions'; readonly raw: readonly Uint8Array[] }
  | { readonly type: 'connected' | 'disconnected'; readonly peer: Hex }
  /** Newly finalised Beacon blocks, in height order. */
  | { readonly type: 'beacon'; readonly heads: readonly BeaconHead[] }
  | { readonly type: 'committees'; readonly committees: readonly SeatCommittee[] }
  /** The rollup's blocks up to `height` are recorded in a finalised Beacon block. */
  | { readonly type: 'recorded'; readonly height: number; readonly at: number }
  /** No votes in this instance, or after it, until the next is opened: it missed its hand-over. */
  | { readonly type: 'closed'; readonly instance: Instance }
  /** `opening` is null if the instance begins from the terminal block of the one before. */
  | { readonly type: 'opened'; readonly instance: Instance; readonly opening: Opening | null }
  /** What the L1 says of this rollup's batches. */
  | { readonly type: 'settlement'; readonly event: SettlementEvent; readonly at: number }
  /** Asks for the batch that begins at `firstHeight`; answered by `batch` with the same id. */
  | { readonly type: 'nextBatch'; readonly id: number; readonly firstHeight: Height }
  | { readonly type: 'stop' }

/** Seat to validator. */
export type FromSeat =
  | { readonly type: 'ready'; readonly rpcUrl: string }
  | {
      readonly type: 'send'
      readonly to: readonly Hex[]
      readonly instance: Instance
      readonly bytes: Uint8Array
    }
  | { readonly type: 'transactions'; readonly to: readonly Hex[]; readonly raw: readonly Uint8Array[] }
  /** Final blocks that aren't recorded yet. */
  | { readonly type: 'record'; readonly headers: readonly Header[]; readonly certificate: Certificate }
  /** The seat in the instance that has begun; -1 if this node only follows it. */
  | { readonly type: 'entered'; readonly instance: Instance; readonly seat: number }
  | { readonly type: 'evidence'; readonly instance: Instance; readonly evidence: Evidence }
  /** Null if nothing is to be posted, or this validator had no seat there. */
  | { readonly type: 'batch'; readonly id: number; readonly batch: SeatBatch | null }
  /** The end of the stored chain is void: the seat has to be started again, which takes the chain back first. */
  | { readonly type: 'outdated' }
  | { readonly type: 'stopped' }

/** Of a message whose size peers decide; 0 for others. */
export function messageBytes(message: ToSeat): number {
  if (message.type === 'consensus') return message.bytes.length
  if (message.type === 'transactions') return message.raw.reduce((sum, { length }) => sum + length, 0)
  return 0
}
