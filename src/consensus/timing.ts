/** How long a view waits, and how often blocks come. All in milliseconds of the node's own clock. */

import type { ChainTime } from '../platform/ports.ts'

export interface Timing {
  /** From when a proposal is due until the view is given up without one. */
  readonly leaderMs: number
  /** The same, once this node has voted for the view's block. */
  readonly advanceMs: number
  /** After entering a view, before its entry certificate is relayed to peers not known to be there. */
  readonly relayMs: number
  /** Between repetitions of whatever got no answer. */
  readonly retryMs: number
  /** Failed views in a row multiply the first two by 1.5 each, up to this factor. */
  readonly backoffMax: number
}

/** `delayMs` bounds a message's way from one honest node to another once the network is well. */
export function timingFor(delayMs: number): Timing {
  return {
    leaderMs: 2.5 * delayMs,
    advanceMs: 3.5 * delayMs,
    relayMs: delayMs / 4,
    retryMs: 2 * delayMs,
    backoffMax: 8,
  }
}

export const DEFAULT_TIMING = timingFor(200)

/** Blocks bear the time of the clock. */
export const CLOCK_TIME: ChainTime = { aheadMs: 0, acceptedMs: 0 }

export interface Pacing {
  /** A block's time is at least this after its parent's; a periodic chain proposes just then. */
  readonly minBlockMs: number
  /** On an instant chain an idle leader proposes this long after the parent. */
  readonly heartbeatMs: number
  /** Whether work is proposed as soon as it is there. */
  readonly instant: boolean
}

/** How far ahead of its verifier's time a block's time may be. */
export const TIME_AHEAD_MAX_MS = 1000

/** Own views in silence after which a leader's views are given up at once, until it is heard from. */
export const SILENT_VIEWS_MAX = 2
