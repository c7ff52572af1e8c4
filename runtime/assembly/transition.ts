/**
 * The state-transition function: one block's contents applied to the state behind the host. Deterministic; every outcome is a value. Of a block that
 * is refused, the host forgets the writes.
 */

import { decodeAction, SignedAction } from './actions'
import { AttendanceReport, decodeAttendanceReport } from './attendance-report'
import { decodeEvidence, Evidence } from './evidence'
import { Receipt } from './receipt'
import { decodeRecord, RollupRecord } from './record'
import { applyAction } from './transition/actions'
import { applyAttendance } from './transition/attendance'
import { BlockContext, BlockPosition } from './transition/context'
import { drawFirstCommittees } from './transition/draws'
import { closeEpoch } from './transition/epoch-end'
import { applyEvidence } from './transition/evidence'
import { applyDeadlines } from './transition/lifecycle'
import { applyReveal } from './transition/randomness'
import { applyRecord } from './transition/records'

/** Items as they are on the wire. */
export class BlockInput {
  constructor(
    readonly position: BlockPosition,
    readonly reveal: Uint8Array,
    readonly attendance: Uint8Array[],
    readonly evidence: Uint8Array[],
    readonly records: Uint8Array[],
    readonly actions: Uint8Array[],
  ) {}
}

export class BlockOutcome {
  readonly receipts: Receipt[] = []
  events: Uint8Array[] = []
  /** Places in the input of the items that are in the block. */
  readonly attendance: i32[] = []
  readonly evidence: i32[] = []
  readonly records: i32[] = []
  readonly actions: i32[] = []

  /** `fault` says why there is no block. */
  constructor(public fault: string | null = null) {}
}

/** Items that were decoded; null stands for those that couldn't be. */
class Contents {
  readonly attendance: (AttendanceReport | null)[] = []
  readonly evidence: (Evidence | null)[] = []
  readonly records: (RollupRecord | null)[] = []
  readonly actions: (SignedAction | null)[] = []
  isWellFormed: bool = true

  constructor(input: BlockInput) {
    for (let i = 0; i < input.attendance.length; i++) {
      this.attendance.push(decodeAttendanceReport(input.attendance[i]))
      if (this.attendance[i] === null) this.isWellFormed = false
    }
    for (let i = 0; i < input.evidence.length; i++) {
      this.evidence.push(decodeEvidence(input.evidence[i]))
      if (this.evidence[i] === null) this.isWellFormed = false
    }
    for (let i = 0; i < input.records.length; i++) {
      this.records.push(decodeRecord(input.records[i]))
      if (this.records[i] === null) this.isWellFormed = false
    }
    for (let i = 0; i < input.actions.length; i++) {
      this.actions.push(decodeAction(input.actions[i]))
      if (this.actions[i] === null) this.isWellFormed = false
    }
  }
}

/** Applies a block as it is: one invalid item makes it invalid. */
export function applyBlock(input: BlockInput): BlockOutcome {
  const contents = new Contents(input)
  if (!contents.isWellFormed) return new BlockOutcome('MALFORMED_ITEM')
  return run(input, contents, false)
}

/** For a proposer: applies those of the candidates that are valid, and tells which. */
export function composeBlock(input: BlockInput): BlockOutcome {
  return run(input, new Contents(input), true)
}

/** Where `isSelective`, items that are invalid are left out. */
function run(input: BlockInput, contents: Contents, isSelective: bool): BlockOutcome {
  const context = new BlockContext(input.position)
  const outcome = new BlockOutcome()
  if (!begin(context, input.reveal)) return new BlockOutcome('INVALID_REVEAL')
  for (let i = 0; i < contents.attendance.length; i++) {
    const report = contents.attendance[i]
    const fault = report === null ? 'MALFORMED_ITEM' : applyAttendance(context, report)
    if (fault === null) outcome.attendance.push(i)
    else if (!isSelective) return new BlockOutcome(fault)
  }
  for (let i = 0; i < contents.evidence.length; i++) {
    const evidence = contents.evidence[i]
    const fault = evidence === null ? 'MALFORMED_ITEM' : applyEvidence(context, evidence)
    if (fault === null) outcome.evidence.push(i)
    else if (!isSelective) return new BlockOutcome(fault)
  }
  for (let i = 0; i < contents.records.length; i++) {
    const record = contents.records[i]
    const fault = record === null ? 'MALFORMED_ITEM' : applyRecord(context, record)
    if (fault === null) outcome.records.push(i)
    else if (!isSelective) return new BlockOutcome(fault)
  }
  for (let i = 0; i < contents.actions.length; i++) {
    const action = contents.actions[i]
    if (action === null) continue
    const application = applyAction(context, action)
    const receipt = application.receipt
    if (receipt === null) {
      if (isSelective) continue
      return new BlockOutcome(application.fault)
    }
    outcome.actions.push(i)
    outcome.receipts.push(receipt)
  }
  end(context)
  outcome.events = context.events
  return outcome
}

function begin(context: BlockContext, reveal: Uint8Array): bool {
  const position = context.position
  context.state.setDigest(position.height - 1, position.parent)
  if (!applyReveal(context, reveal)) return false
  drawFirstCommittees(context)
  return true
}

function end(context: BlockContext): void {
  applyDeadlines(context)
  closeEpoch(context)
}
