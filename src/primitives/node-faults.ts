/**
 * What a node is made to suffer and to do, for experiments with a running network. Always told as a whole, so that telling it twice changes
 * nothing and a node that starts again is told where it stands by one message.
 */

import type { Hex } from './bytes.ts'

/** Of the messages that a node sends to one peer; those that come back are that peer's to spoil. */
export interface LinkFault {
  /** Network key of the peer. */
  readonly peer: Hex
  readonly delayMs: number
  /** Each message takes up to so much less or more than `delayMs`. */
  readonly jitterMs: number
  /** How many of a hundred messages are lost; 100: nothing gets through. */
  readonly lossPercent: number
}

/** Ids of rollups, among which 0 is the Beacon Layer. */
export type ChainSelection = 'all' | readonly number[]

export interface NodeFaults {
  readonly links: readonly LinkFault[]
  /** How much longer each sync of a log and each write of a store takes. */
  readonly diskDelayMs: number
  /** Where the validator signs a second, contradicting vote beside each of its own. */
  readonly equivocates: ChainSelection
  /** Where its proposals reach one peer too few for a quorum... */
  readonly withholdsFromMost: ChainSelection
  /** ...and where they reach nobody. */
  readonly withholdsFromAll: ChainSelection
}

export const NO_FAULTS: NodeFaults = {
  links: [],
  diskDelayMs: 0,
  equivocates: [],
  withholdsFromMost: [],
  withholdsFromAll: [],
}

export function isSelected(chains: ChainSelection, rollup: number): boolean {
  return chains === 'all' || chains.includes(rollup)
}
