/**
 * The application's part of a Beacon block. Its header is an RLP list with the roots of what the body holds, as Ethereum computes
 * them, so that the inclusion of one record or receipt can be proven to a contract; the body holds the items themselves.
 */

import { APP_BODY_BYTES_MAX } from '../consensus/block.ts'
import { bigintToMinimalBytes, fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { decodeRlp, encodeRlp, rlpBigint, rlpBytes, rlpList } from '../primitives/rlp.ts'
import { orderedRoot } from '../state/trie.ts'
import { ACTION_BYTES_MAX, decodeAction, encodeAction } from './actions.ts'
import { decodeAttendanceReport, encodeAttendanceReport } from './attendance-report.ts'
import { REVEAL_BYTES } from './election/seed.ts'
import { decodeEvidence, encodeEvidence } from './evidence.ts'
import { encodeReceipt } from './receipt.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import type { Receipt } from './transition/actions.ts'
import type { BlockContents } from './transition.ts'

export interface BeaconAppHeader {
  readonly actionsRoot: Hex
  readonly recordsRoot: Hex
  readonly evidenceRoot: Hex
  readonly attendanceRoot: Hex
  readonly receiptsRoot: Hex
  /** The chain's randomness after this block. */
  readonly mix: Hex
  /** The proposer's, 96 B; zeros in genesis. */
  readonly reveal: Uint8Array
}

/** The items of a block as bytes; what the roots are of. */
export interface BodyItems {
  readonly attendance: readonly Uint8Array[]
  readonly evidence: readonly Uint8Array[]
  readonly records: readonly Uint8Array[]
  readonly actions: readonly Uint8Array[]
}

/** One per block is enough to count all: there is one more block to count each time. */
export const ATTENDANCE_MAX = 1
const ATTENDANCE_BYTES_MAX = 256
export const EVIDENCE_MAX = 16
export const RECORDS_MAX = 64
export const ACTIONS_MAX = 512
const EVIDENCE_BYTES_MAX = 1024
/** 64 headers of 186 B and a certificate by at most 100 seats. */
const RECORD_BYTES_MAX = 16_384
/** A proposer fills no more than this with actions; records and evidence have room beside it. */
export const ACTIONS_BYTES_MAX = 512 * 1024
const VERSION = 2n

export function computeAppHeader(
  items: BodyItems,
  receipts: readonly Receipt[],
  mix: Hex,
  reveal: Uint8Array,
): BeaconAppHeader {
  return {
    actionsRoot: toHex(orderedRoot(items.actions)),
    recordsRoot: toHex(orderedRoot(items.records)),
    evidenceRoot: toHex(orderedRoot(items.evidence)),
    attendanceRoot: toHex(orderedRoot(items.attendance)),
    receiptsRoot: toHex(orderedRoot(receipts.map(encodeReceipt))),
    mix,
    reveal,
  }
}

export function encodeAppHeader(header: BeaconAppHeader): Uint8Array {
  const { actionsRoot, recordsRoot, evidenceRoot, attendanceRoot, receiptsRoot, mix } = header
  const roots = [actionsRoot, recordsRoot, evidenceRoot, attendanceRoot, receiptsRoot]
  const hashes = [...roots, mix].map((hash) => fromHex(hash, 32))
  return encodeRlp([bigintToMinimalBytes(VERSION), ...hashes, header.reveal])
}

/** Throws DecodeError. */
export function decodeAppHeader(bytes: Uint8Array): BeaconAppHeader {
  const items = rlpList(decodeRlp(bytes, 16), 8)
  if (rlpBigint(items[0], 1) !== VERSION) throw new DecodeError('unknown version of an application header')
  const [actionsRoot, recordsRoot, evidenceRoot, attendanceRoot, receiptsRoot, mix] = items
    .slice(1, 7)
    .map((item) => toHex(rlpBytes(item, 32))) as [Hex, Hex, Hex, Hex, Hex, Hex]
  return {
    actionsRoot,
    recordsRoot,
    evidenceRoot,
    attendanceRoot,
    receiptsRoot,
    mix,
    reveal: rlpBytes(items[7], REVEAL_BYTES),
  }
}

export function encodeBody(items: BodyItems): Uint8Array {
  const writer = new ByteWriter()
  for (const list of [items.attendance, items.evidence, items.records, items.actions]) {
    writer.list(list, (to, item) => to.bytes(item))
  }
  return writer.finish()
}

/** Throws DecodeError. */
export function decodeBody(bytes: Uint8Array): BodyItems {
  if (bytes.length > APP_BODY_BYTES_MAX) throw new DecodeError('a body beyond its bound')
  return decodeExactly(bytes, (reader) => ({
    attendance: reader.list(ATTENDANCE_MAX, (from) => from.bytes(ATTENDANCE_BYTES_MAX)),
    evidence: reader.list(EVIDENCE_MAX, (from) => from.bytes(EVIDENCE_BYTES_MAX)),
    records: reader.list(RECORDS_MAX, (from) => from.bytes(RECORD_BYTES_MAX)),
    actions: reader.list(ACTIONS_MAX, (from) => from.bytes(ACTION_BYTES_MAX)),
  }))
}

/** Throws DecodeError. */
export function decodeItems(items: BodyItems): BlockContents {
  return {
    attendance: items.attendance.map(decodeAttendanceReport),
    evidence: items.evidence.map(decodeEvidence),
    records: items.records.map(decodeRecord),
    actions: items.actions.map(decodeAction),
  }
}

/** Whether the body is the one that the application's header commits to. Throws DecodeError. */
export function isBodyOf(appHeader: Uint8Array, appBody: Uint8Array): boolean {
  const { mix, reveal, receiptsRoot, ...roots } = decodeAppHeader(appHeader)
  const { receiptsRoot: _, ...found } = computeAppHeader(decodeBody(appBody), [], mix, reveal)
  return Object.entries(roots).every(([name, root]) => found[name as keyof typeof found] === root)
}

export function encodeItems({ attendance, evidence, records, actions }: BlockContents): BodyItems {
  return {
    attendance: attendance.map(encodeAttendanceReport),
    evidence: evidence.map(encodeEvidence),
    records: records.map(encodeRecord),
    actions: actions.map(({ action, signature }) => encodeAction(action, signature)),
  }
}
