/**
 * Where on the ladder the followed rollups' batches are, as a function of what was read from the L1. In: L1 blocks scanned, a fork, the
 * finalised height. Out: the new state, and what happened to whose batch. It reads nothing itself.
 *
 * A posting is open from its L1 block until its challenge window is closed for good: until the window's last block is itself final, for only
 * then is it certain that no challenge is in the window.
 */

import type { Hex } from '../primitives/bytes.ts'
import type { RollupId } from '../primitives/ids.ts'
import type { Posting } from './batch.ts'

export interface L1Point {
  readonly number: number
  readonly hash: Hex
}

export interface OpenPosting {
  readonly posting: Posting
  readonly rung: 'posted' | 'final'
}

export interface PostingsState {
  /** Points of the scanned chain, ascending. The last is where scanning goes on; the first is final, or where scanning began. */
  readonly checkpoints: readonly L1Point[]
  /** In L1 order. */
  readonly open: readonly OpenPosting[]
  /** Each rollup's last settled posting. */
  readonly settled: ReadonlyMap<RollupId, Posting>
}

export type SettlementEvent =
  /** posted, final and settled: the batch's blocks have reached that rung. reverted: they are back from posted to beacon. */
  | { readonly type: 'posted' | 'final' | 'settled' | 'reverted'; readonly posting: Posting }
  /**
   * The L1 took back a block that it had called final: it isn't the same chain any more, or was restored from an older state. No rung falls
   * by this; the batch is not in the inbox any more and will be posted again.
   */
  | { readonly type: 'contradicted'; readonly posting: Posting }

export interface PostingsStep {
  readonly state: PostingsState
  readonly events: readonly SettlementEvent[]
}

/** About as many blocks as Ethereum leaves unfinalised in ten minutes of trouble; older forks are looked for at the first checkpoint. */
const CHECKPOINTS_MAX = 1024

/** A scan begins after `start`. */
export function createPostings(start: L1Point): PostingsState {
  return { checkpoints: [start], open: [], settled: new Map() }
}

export function scannedPoint({ checkpoints }: PostingsState): L1Point {
  return checkpoints.at(-1)!
}

/** All postings of followed rollups after the last checkpoint and up to `to`, in L1 order. */
export function applyScan(state: PostingsState, to: L1Point, postings: readonly Posting[]): PostingsStep {
  const [first, ...rest] = [...state.checkpoints, to]
  const checkpoints = [first!, ...rest.slice(1 - CHECKPOINTS_MAX)]
  const open = [...state.open, ...postings.map(asPosted)]
  return { state: { ...state, checkpoints, open }, events: eventsOf('posted', postings) }
}

/** All postings up to the last checkpoint of a rollup that wasn't followed before. */
export function applyBackfill(state: PostingsState, postings: readonly Posting[]): PostingsStep {
  const open = [...state.open, ...postings.map(asPosted)]
  open.sort((a, b) => a.posting.l1Block - b.posting.l1Block)
  return { state: { ...state, open }, events: eventsOf('posted', postings) }
}

/** The scanned chain and the L1's part after `ancestor`. Newest first, so that each height is uncovered before the one below it. */
export function applyFork(state: PostingsState, ancestor: L1Point): PostingsStep {
  const kept = state.checkpoints.filter(({ number }) => number < ancestor.number)
  const gone = state.open.filter(({ posting }) => posting.l1Block > ancestor.number).reverse()
  return {
    state: {
      ...state,
      checkpoints: [...kept, ancestor],
      open: state.open.filter(({ posting }) => posting.l1Block <= ancestor.number),
    },
    events: gone.map(({ posting, rung }) => ({
      type: rung === 'final' ? 'contradicted' : 'reverted',
      posting,
    })),
  }
}

/** Postings that a finalised height makes final. The caller makes sure that the finalised chain has them in these blocks. */
export function postingsBecomingFinal(state: PostingsState, finalized: number): Posting[] {
  return state.open
    .filter(({ posting, rung }) => rung === 'posted' && posting.l1Block <= finalized)
    .map(({ posting }) => posting)
}

/** `finalized` is the L1's finalised height, not above the last checkpoint. */
export function applyFinality(
  state: PostingsState,
  finalized: number,
  challengeWindowBlocks: number,
): PostingsStep {
  const becameFinal = postingsBecomingFinal(state, finalized)
  const isClosed = ({ posting }: OpenPosting) => posting.l1Block + challengeWindowBlocks <= finalized
  const closed = state.open.filter(isClosed).map(({ posting }) => posting)
  const open = state.open
    .filter((entry) => !isClosed(entry))
    .map((entry) => (entry.posting.l1Block <= finalized ? ({ ...entry, rung: 'final' } as const) : entry))
  const settled = new Map(state.settled)
  for (const posting of closed) settled.set(posting.rollup, posting)
  return {
    state: { checkpoints: withoutFinalized(state.checkpoints, finalized), open, settled },
    events: [...eventsOf('final', becameFinal), ...eventsOf('settled', closed)],
  }
}

/** What a listener that forgot everything must hear: the rungs of all open batches and of each rollup's last settled one. */
export function currentRungs(state: PostingsState): SettlementEvent[] {
  return [
    ...eventsOf('settled', [...state.settled.values()]),
    ...state.open.map(({ posting, rung }) => ({ type: rung, posting })),
  ]
}

/** The newest final checkpoint stays, as the point that no fork goes behind. */
function withoutFinalized(checkpoints: readonly L1Point[], finalized: number): readonly L1Point[] {
  const base = checkpoints.findLastIndex(({ number }) => number <= finalized)
  return base <= 0 ? checkpoints : checkpoints.slice(base)
}

function asPosted(posting: Posting): OpenPosting {
  return { posting, rung: 'posted' }
}

function eventsOf(
  type: 'posted' | 'final' | 'settled',
  postings: readonly Posting[],
): { readonly type: typeof type; readonly posting: Posting }[] {
  return postings.map((posting) => ({ type, posting }))
}
