/** What a rollup sees of the Beacon Layer, and the rules by which its blocks refer to it. */

import type { BeaconReference } from '../consensus/header.ts'
import type { Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Height } from '../primitives/ids.ts'

/** A finalised Beacon block. */
export interface BeaconHead {
  readonly height: Height
  readonly hash: Hex
  /** Randomness of the block: H of its proposer's reveal and of all before. */
  readonly mix: Hex
  readonly epoch: number
}

export interface BeaconView {
  /** The newest finalised block, or null before the first. */
  finalised(): BeaconHead | null
  /** A finalised block by height, at least of the last {@link REFERENCE_LAG_MAX} + {@link REFERENCE_SLACK}; null if unknown. */
  at(height: number): BeaconHead | null
}

/** A reference may be this many blocks behind the voter's finalised head. */
export const REFERENCE_LAG_MAX = 8
/** Blocks that a view keeps besides, for it may be ahead of those whose blocks it checks. */
export const REFERENCE_SLACK = 56
/** A proposer may have seen a block finalised that this node sees a moment later: it waits so long for it. */
const WAIT_MS_MAX = 400
const POLL_MS = 10

/** The Beacon block that `reference` names, if a child of a block that refers to `parent` may refer to it now; else null. */
export function checkReference(
  view: BeaconView,
  reference: BeaconReference,
  parent: BeaconReference,
): BeaconHead | null {
  const newest = view.finalised()
  const named = view.at(reference.height)
  if (newest === null || named === null || named.hash !== reference.hash) return null
  if (reference.height < parent.height || newest.height - reference.height > REFERENCE_LAG_MAX) return null
  return named
}

/** Waits until the view has finalised `height`, within a deadline. */
export async function awaitHeight(view: BeaconView, timers: Timers, height: number): Promise<void> {
  for (let waited = 0; waited < WAIT_MS_MAX; waited += POLL_MS) {
    if ((view.finalised()?.height ?? -1) >= height) return
    await new Promise<void>((resolve) => timers.schedule(POLL_MS, resolve))
  }
}
