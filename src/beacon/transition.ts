/**
 * The state-transition function: one block's contents applied to a state behind a narrow host. Deterministic and without I/O, so that
 * it can be built to WASM; every outcome is a value. Of a block that is refused, the host must forget the writes.
 */

import { height } from '../primitives/ids.ts'
import type { SignedAction } from './actions.ts'
import type { AttendanceReport } from './attendance-report.ts'
import type { Evidence } from './evidence.ts'
import type { TransitionHost } from './host.ts'
import type { RollupRecord } from './record.ts'
import { type ActionFault, applyAction, type Receipt } from './transition/actions.ts'
import { type AttendanceFault, applyAttendance } from './transition/attendance.ts'
import { BlockContext, type BlockPosition } from './transition/context.ts'
import { drawFirstCommittees } from './transition/draws.ts'
import { closeEpoch } from './transition/epoch-end.ts'
import type { BeaconEvent } from './transition/events.ts'
import { applyEvidence, type EvidenceFault } from './transition/evidence.ts'
import { applyDeadlines } from './transition/lifecycle.ts'
import { applyReveal } from './transition/randomness.ts'
import { applyRecord, type RecordFault } from './transition/records.ts'

export interface BlockContents {
  /** None or one. */
  readonly attendance: readonly AttendanceReport[]
  readonly evidence: readonly Evidence[]
  readonly records: readonly RollupRecord[]
  readonly actions: readonly SignedAction[]
}

export const NO_CONTENTS: BlockContents = { attendance: [], evidence: [], records: [], actions: [] }

export interface BlockInput extends BlockPosition, BlockContents {
  /** The proposer's, 96 B. */
  readonly reveal: Uint8Array
}

export interface BlockOutcome {
  /** One for each action, in order. */
  readonly receipts: readonly Receipt[]
  readonly events: readonly BeaconEvent[]
}

/** A block of those of its candidates that are valid, named by their places among them. */
export interface ComposedBlock extends BlockOutcome {
  readonly taken: Readonly<Record<keyof BlockContents, readonly number[]>>
}

export type BlockFault = 'INVALID_REVEAL' | AttendanceFault | EvidenceFault | RecordFault | ActionFault

export type BlockResult =
  | ({ readonly ok: true } & BlockOutcome)
  | { readonly ok: false; readonly reason: BlockFault }

/** Applies a block as it is: one invalid item makes it invalid. */
export function applyBlock(host: TransitionHost, input: BlockInput): BlockResult {
  const context = new BlockContext(host, input)
  if (!begin(context, input.reveal)) return { ok: false, reason: 'INVALID_REVEAL' }
  for (const report of input.attendance) {
    const reason = applyAttendance(context, report)
    if (reason !== null) return { ok: false, reason }
  }
  for (const evidence of input.evidence) {
    const reason = applyEvidence(context, evidence)
    if (reason !== null) return { ok: false, reason }
  }
  for (const record of input.records) {
    const reason = applyRecord(context, record)
    if (reason !== null) return { ok: false, reason }
  }
  const receipts: Receipt[] = []
  for (const action of input.actions) {
    const receipt = applyAction(context, action)
    if (typeof receipt === 'string') return { ok: false, reason: receipt }
    receipts.push(receipt)
  }
  end(context)
  return { ok: true, receipts, events: context.events }
}

/** For a proposer: applies those of the candidates that are valid, and tells which. Null if the reveal isn't. */
export function composeBlock(host: TransitionHost, input: BlockInput): ComposedBlock | null {
  const context = new BlockContext(host, input)
  if (!begin(context, input.reveal)) return null
  const attendance = placesWhere(input.attendance, (item) => applyAttendance(context, item) === null)
  const evidence = placesWhere(input.evidence, (item) => applyEvidence(context, item) === null)
  const records = placesWhere(input.records, (item) => applyRecord(context, item) === null)
  const receipts: Receipt[] = []
  const actions = placesWhere(input.actions, (action) => {
    const receipt = applyAction(context, action)
    if (typeof receipt === 'string') return false
    receipts.push(receipt)
    return true
  })
  end(context)
  return { taken: { attendance, evidence, records, actions }, receipts, events: context.events }
}

function placesWhere<Item>(items: readonly Item[], isTaken: (item: Item) => boolean): number[] {
  return items.flatMap((item, place) => (isTaken(item) ? [place] : []))
}

function begin(context: BlockContext, reveal: Uint8Array): boolean {
  const { state, position } = context
  state.setDigest(height(position.height - 1), position.parent)
  if (!applyReveal(context, reveal)) return false
  drawFirstCommittees(context)
  return true
}

function end(context: BlockContext): void {
  applyDeadlines(context)
  closeEpoch(context)
}
