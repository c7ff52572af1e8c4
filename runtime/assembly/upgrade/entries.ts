/** Entries of the state about which code executes blocks. Nodes read them too, so a runtime may not encode them otherwise. */

import { ByteReader, ByteWriter } from '../primitives/codec'
import { NONE } from '../primitives/ids'
import { VALIDATORS_MAX } from '../staking/validator'

/** Code that was published, as far as it is there. */
export class PublishedCode {
  constructor(
    readonly bytes: i64,
    /** Its hash was compared: it can't be changed any more. */
    readonly isVerified: bool,
  ) {}
}

/** Code that a validator wants blocks to be executed by. */
export class UpgradeProposal {
  constructor(
    /** Hash of it. */
    readonly code: string,
    readonly proposedIn: i64,
    /** Validators, in the order in which they approved; the one that proposed is the first. */
    readonly approvals: i64[],
    /** Approved by more than two thirds of the weight: tried with the first block of this epoch. NONE before. */
    readonly startsIn: i64,
  ) {}
}

const NEVER: i64 = 0xffff_ffff

export function writePublishedCode(writer: ByteWriter, code: PublishedCode): ByteWriter {
  return writer.u32(code.bytes).flag(code.isVerified)
}

export function readPublishedCode(reader: ByteReader): PublishedCode {
  const bytes = reader.u32()
  return new PublishedCode(bytes, reader.flag())
}

/** Null: there is none, or none any more. */
export function writeProposal(writer: ByteWriter, proposal: UpgradeProposal | null): ByteWriter {
  if (proposal === null) return writer.flag(false)
  const approvals = proposal.approvals
  writer.flag(true).hex(proposal.code, 32).u32(proposal.proposedIn).u16(approvals.length)
  for (let i = 0; i < approvals.length; i++) writer.u32(approvals[i])
  return writer.u32(proposal.startsIn == NONE ? NEVER : proposal.startsIn)
}

export function readProposal(reader: ByteReader): UpgradeProposal | null {
  if (!reader.flag()) return null
  const code = reader.hex(32)
  const proposedIn = reader.u32()
  const approvals: i64[] = []
  const count = reader.count(VALIDATORS_MAX)
  for (let i = 0; i < count; i++) approvals.push(reader.u32())
  const startsIn = reader.u32()
  return new UpgradeProposal(code, proposedIn, approvals, startsIn == NEVER ? NONE : startsIn)
}
