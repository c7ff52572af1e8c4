/** Entries of the state about which code executes blocks. Nodes read them too, so a runtime may not encode them otherwise. */

import type { Hex } from '../../primitives/bytes.ts'
import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { type Epoch, epoch, type Height, height } from '../../primitives/ids.ts'
import { VALIDATORS_MAX } from '../staking/validator.ts'

/** Code that was published, as far as it is there. */
export interface PublishedCode {
  readonly bytes: number
  /** Its hash was compared: it can't be changed any more. */
  readonly isVerified: boolean
}

/** Code that a validator wants blocks to be executed by. */
export interface UpgradeProposal {
  /** Hash of it. */
  readonly code: Hex
  readonly proposedIn: Epoch
  /** Validators, in the order in which they approved; the one that proposed is the first. */
  readonly approvals: readonly number[]
  /** Approved by more than two thirds of the weight: tried with the first block of this epoch. Null before. */
  readonly startsIn: Epoch | null
}

export interface Probation {
  /** Hash of the code that comes back if the present one fails. */
  readonly previous: Hex
  /** The last epoch in which it may. */
  readonly until: Epoch
}

/** Permanent: its text is in the state. */
export const UPGRADE_FAILURES = [
  'NOT_A_RUNTIME',
  'TRAPPED',
  'OUT_OF_FUEL',
  'INVALID_OUTPUT',
  'REFUSES_BLOCKS',
  'UNREADABLE_STATE',
] as const
export type UpgradeFailureReason = (typeof UPGRADE_FAILURES)[number]

export interface UpgradeFailure {
  readonly code: Hex
  readonly reason: UpgradeFailureReason
  readonly height: Height
}

const NEVER = 0xffff_ffff

export function writePublishedCode(writer: ByteWriter, { bytes, isVerified }: PublishedCode): ByteWriter {
  return writer.u32(bytes).flag(isVerified)
}

export function readPublishedCode(reader: ByteReader): PublishedCode {
  return { bytes: reader.u32(), isVerified: reader.flag() }
}

/** Null: there is none, or none any more. */
export function writeProposal(writer: ByteWriter, proposal: UpgradeProposal | null): ByteWriter {
  if (proposal === null) return writer.flag(false)
  const { code, proposedIn, approvals, startsIn } = proposal
  return writer
    .flag(true)
    .hex(code, 32)
    .u32(proposedIn)
    .list(approvals, (to, validator) => to.u32(validator))
    .u32(startsIn ?? NEVER)
}

export function readProposal(reader: ByteReader): UpgradeProposal | null {
  if (!reader.flag()) return null
  const code = reader.hex(32)
  const proposedIn = epoch(reader.u32())
  const approvals = reader.list(VALIDATORS_MAX, (from) => from.u32())
  const startsIn = reader.u32()
  return { code, proposedIn, approvals, startsIn: startsIn === NEVER ? null : epoch(startsIn) }
}

export function writeProbation(writer: ByteWriter, probation: Probation | null): ByteWriter {
  if (probation === null) return writer.flag(false)
  return writer.flag(true).hex(probation.previous, 32).u32(probation.until)
}

export function readProbation(reader: ByteReader): Probation | null {
  return reader.flag() ? { previous: reader.hex(32), until: epoch(reader.u32()) } : null
}

export function writeFailure(writer: ByteWriter, { code, reason, height: at }: UpgradeFailure): ByteWriter {
  return writer.hex(code, 32).u8(UPGRADE_FAILURES.indexOf(reason)).u64(at)
}

export function readFailure(reader: ByteReader): UpgradeFailure {
  return { code: reader.hex(32), reason: UPGRADE_FAILURES[reader.u8()]!, height: height(reader.u64()) }
}
