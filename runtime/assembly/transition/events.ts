/** What a block did, as the node is told: a kind and its fields. Docs/runtime.md lists them; src/beacon/transition/events.ts says what they mean. */

import { writeInstance } from '../consensus/header'
import { encodeEvidence, Evidence } from '../evidence'
import { ByteWriter } from '../primitives/codec'
import { Instance } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { Slash } from '../staking/slashing'
import {
  DrawnCommittee,
  InstanceGenesis,
  RecordHead,
  Rollup,
  writeDrawnCommittee,
  writeInstanceGenesis,
  writeRecordHead,
  writeRollup,
} from '../values'

export function rollupRegistered(rollup: Rollup): ByteWriter {
  return writeRollup(kind(0), rollup)
}

export function rollupClosed(rollup: Rollup): ByteWriter {
  return writeRollup(kind(1), rollup)
}

export function setChanged(epoch: i64): ByteWriter {
  return kind(2).u32(epoch)
}

export function committeeDrawn(instance: Instance, committee: DrawnCommittee): ByteWriter {
  return writeDrawnCommittee(writeInstance(kind(3), instance), committee)
}

export function committeeMissing(rollup: i64, epoch: i64): ByteWriter {
  return kind(4).u64(rollup).u32(epoch)
}

export function recorded(rollup: i64, from: i64, head: RecordHead): ByteWriter {
  return writeRecordHead(kind(5).u64(rollup).u64(from), head)
}

export function closed(instance: Instance): ByteWriter {
  return writeInstance(kind(6), instance)
}

export function opened(instance: Instance, genesis: InstanceGenesis | null): ByteWriter {
  return writeInstanceGenesis(writeInstance(kind(7), instance), genesis)
}

export function evidence(
  proven: Evidence,
  offence: string,
  validator: i64,
  account: string,
  slash: Slash,
  reporter: string,
): ByteWriter {
  const writer = kind(8).bytes(encodeEvidence(proven)).text(offence).u32(validator).hex(account, 20)
  return writeSlash(writer, slash).hex(reporter, 20)
}

export function validatorRegistered(validator: i64, account: string, stake: U256): ByteWriter {
  return kind(9).u32(validator).hex(account, 20).u128(stake)
}

export function commissionChanged(validator: i64, commissionBps: i64): ByteWriter {
  return kind(10).u32(validator).u16(commissionBps)
}

export function delegated(validator: i64, account: string, amount: U256): ByteWriter {
  return kind(11).u32(validator).hex(account, 20).u128(amount)
}

export function undelegated(validator: i64, account: string, amount: U256): ByteWriter {
  return kind(12).u32(validator).hex(account, 20).u128(amount)
}

export function redelegated(from: i64, to: i64, account: string, amount: U256): ByteWriter {
  return kind(13).u32(from).u32(to).hex(account, 20).u128(amount)
}

export function claimed(validator: i64, account: string, rewards: U256, released: U256): ByteWriter {
  return kind(14).u32(validator).hex(account, 20).u128(rewards).u128(released)
}

export function exitAsked(validator: i64, account: string): ByteWriter {
  return kind(15).u32(validator).hex(account, 20)
}

export function left(validator: i64, epoch: i64): ByteWriter {
  return kind(16).u32(validator).u32(epoch)
}

export function jailed(validator: i64, account: string, amount: U256): ByteWriter {
  return kind(17).u32(validator).hex(account, 20).u128(amount)
}

export function unjailed(validator: i64, account: string): ByteWriter {
  return kind(18).u32(validator).hex(account, 20)
}

export function penalized(
  validator: i64,
  account: string,
  instance: Instance,
  slash: Slash,
  reporter: string,
): ByteWriter {
  const writer = writeInstance(kind(19).u32(validator).hex(account, 20), instance)
  return writeSlash(writer, slash).hex(reporter, 20)
}

export function runtimeProposed(code: string, validator: i64): ByteWriter {
  return kind(20).hex(code, 32).u32(validator)
}

export function runtimeApproved(code: string, validator: i64): ByteWriter {
  return kind(21).hex(code, 32).u32(validator)
}

export function runtimeScheduled(code: string, epoch: i64): ByteWriter {
  return kind(22).hex(code, 32).u32(epoch)
}

export function runtimeDropped(code: string): ByteWriter {
  return kind(23).hex(code, 32)
}

function kind(number: i64): ByteWriter {
  return new ByteWriter().u8(number)
}

function writeSlash(writer: ByteWriter, slash: Slash): ByteWriter {
  return writer.u128(slash.amount).u128(slash.reward).u128(slash.insurance)
}
