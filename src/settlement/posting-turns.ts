/**
 * Decides when this seat posts which batch. In: what the L1 and the batch source say now. Out: at most one transaction to send. No clock, no I/O.
 *
 * One transaction of the account is under way at a time, for all rollups together: so there are no gaps between nonces, and whatever is
 * sent while one is stuck takes its nonce and replaces it. Only a reorg opens a gap, by taking back the account's transaction before; then what
 * is under way counts for nothing, and the gap is filled. Of each rollup one batch is held, the one that the inbox needs next; the source keeps the
 * rest. After a reorg the inbox's head has fallen, so the batch after it is asked for again.
 *
 * A batch is held as it was first seen, though the source could give a longer one by now: the seats then agree on its last block, and by that
 * on whose turn it is.
 */

import type { RollupId } from '../primitives/ids.ts'
import type { Batch, InboxHead } from './batch.ts'
import type { L1Fees } from './l1-transaction.ts'

export interface PostableBatch {
  readonly batch: Batch
  /** 0: it is this seat's turn, as the proposer of the last block; else how many seats come before this one. */
  readonly seatsBefore: number
}

export interface TurnOptions {
  /** How long each seat before this one is waited for. */
  readonly turnTimeoutMs: number
  /** How long a transaction may stay out of any block before it is sent again with higher fees. */
  readonly inclusionTimeoutMs: number
  /** Certificate and data together; what the L1 takes in one transaction. */
  readonly batchBytesMax: number
}

/** The batch that a rollup needs next. */
interface Lane {
  readonly postable: PostableBatch
  readonly dueAt: number
}

/** A transaction that was sent and whose nonce is not used yet. */
export interface Flight {
  readonly nonce: number
  readonly fees: L1Fees
  readonly batch: Batch
  readonly replaceAt: number
}

export interface TurnState {
  readonly lanes: ReadonlyMap<RollupId, Lane>
  readonly flight: Flight | null
}

export interface Observation {
  readonly now: number
  /** The account's next nonce, by the latest L1 block. */
  readonly nonce: number
  readonly rollups: readonly RollupObservation[]
}

export interface RollupObservation {
  readonly rollup: RollupId
  readonly head: InboxHead
  /** The batch that begins after the head; null if there is none. */
  readonly next: PostableBatch | null
}

export interface Sending {
  readonly batch: Batch
  readonly nonce: number
  /** Fees of the transaction whose nonce this one takes. */
  readonly replaced: L1Fees | null
}

export type SendingResult =
  | { readonly type: 'sent'; readonly fees: L1Fees }
  /** The node wants more than `fees` from a transaction with this nonce. */
  | { readonly type: 'underpriced'; readonly fees: L1Fees }
  /** Posting would fail: most likely another seat's transaction is about to be included. Or it costs too much for now. */
  | { readonly type: 'postponed' }
  /** What was observed isn't so any more. */
  | { readonly type: 'stale' }

/** Why a rollup's next batch can't be posted at all. */
export type Obstacle = 'diverged' | 'too-large'

export interface Decision {
  readonly state: TurnState
  readonly sending: Sending | null
  /** The transaction under way before, if its nonce is used now. */
  readonly concluded: Flight | null
}

export const NO_TURNS: TurnState = { lanes: new Map(), flight: null }

/** The batch held for `rollup` if it begins at `firstHeight`: then the source needn't be asked. */
export function heldBatch(state: TurnState, rollup: RollupId, firstHeight: number): PostableBatch | null {
  const postable = state.lanes.get(rollup)?.postable
  return postable?.batch.firstHeight === firstHeight ? postable : null
}

export function findObstacle(
  { batchBytesMax }: TurnOptions,
  { head, next }: RollupObservation,
): Obstacle | null {
  if (next === null) return null
  const { certificate, data, parentDigest } = next.batch
  if (certificate.length + data.length > batchBytesMax) return 'too-large'
  return head.batchCount > 0 && parentDigest !== head.lastDigest ? 'diverged' : null
}

export function decideTurn(options: TurnOptions, before: TurnState, observation: Observation): Decision {
  const isConcluded = before.flight !== null && before.flight.nonce < observation.nonce
  const concluded = isConcluded ? before.flight : null
  const lanes = updateLanes(options, before, observation)
  // It failed in its block, though it had been expected to succeed: each repetition may cost as much again.
  if (concluded !== null && lanes.get(concluded.batch.rollup)?.postable.batch === concluded.batch) {
    postpone(options, lanes, concluded.batch.rollup, observation.now)
  }
  const flight = before.flight?.nonce === observation.nonce ? before.flight : null
  const state = { lanes, flight }
  const batch = chooseBatch(state, observation.now)
  const nonce = flight?.nonce ?? observation.nonce
  return {
    state,
    sending: batch === null ? null : { batch, nonce, replaced: flight?.fees ?? null },
    concluded,
  }
}

export function applySending(
  options: TurnOptions,
  state: TurnState,
  { batch, nonce }: Sending,
  result: SendingResult,
  now: number,
): TurnState {
  switch (result.type) {
    case 'sent': {
      const replaceAt = now + options.inclusionTimeoutMs
      return { ...state, flight: { nonce, fees: result.fees, batch, replaceAt } }
    }
    case 'underpriced':
      // The next attempt goes above these fees, at once.
      return { ...state, flight: { nonce, fees: result.fees, batch, replaceAt: now } }
    case 'postponed': {
      const lanes = new Map(state.lanes)
      postpone(options, lanes, batch.rollup, now)
      return { ...state, lanes }
    }
    case 'stale':
      return state
  }
}

function updateLanes(options: TurnOptions, before: TurnState, { now, rollups }: Observation) {
  const lanes = new Map<RollupId, Lane>()
  for (const observed of rollups) {
    const { rollup, next } = observed
    if (next === null || findObstacle(options, observed) !== null) continue
    const lane = before.lanes.get(rollup)
    const isHeld = lane?.postable === next
    lanes.set(
      rollup,
      isHeld ? lane : { postable: next, dueAt: now + next.seatsBefore * options.turnTimeoutMs },
    )
  }
  return lanes
}

function postpone(options: TurnOptions, lanes: Map<RollupId, Lane>, rollup: RollupId, now: number): void {
  lanes.set(rollup, { ...lanes.get(rollup)!, dueAt: now + options.turnTimeoutMs })
}

/** While a transaction that is still wanted waits for its block, nothing else goes out; when it is late, it goes out again. */
function chooseBatch({ lanes, flight }: TurnState, now: number): Batch | null {
  const wanted = flight === null ? undefined : lanes.get(flight.batch.rollup)?.postable.batch
  if (flight !== null && wanted === flight.batch) return now >= flight.replaceAt ? wanted : null
  const due = [...lanes.values()].filter(({ dueAt }) => dueAt <= now)
  due.sort((a, b) => a.dueAt - b.dueAt)
  return due[0]?.postable.batch ?? null
}
