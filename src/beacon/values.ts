/** The state's entries that aren't defined elsewhere, and their encodings. A decoder is only given what an encoder here has made. */

import type { BeaconReference } from '../consensus/header.ts'
import { readInstance, writeInstance } from '../consensus/header.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { ByteReader, ByteWriter } from '../primitives/codec.ts'
import {
  type Height,
  height,
  type Instance,
  type RollupId,
  rollupId,
  type View,
  view,
} from '../primitives/ids.ts'
import { type RollupSpec, readRollupSpec, writeRollupSpec } from '../primitives/rollup-spec.ts'
import type { Places } from './election/reserves.ts'

export interface Account {
  readonly nonce: number
  /** In wei of the Beacon token. */
  readonly balance: bigint
}

export const EMPTY_ACCOUNT: Account = { nonce: 0, balance: 0n }

export interface Rollup {
  readonly id: RollupId
  readonly spec: RollupSpec
  /** Who registered it and may close it; null if it is part of the genesis. */
  readonly owner: Hex | null
  readonly registeredAt: Height
  readonly isAlive: boolean
}

/** Height of the block that drew its first committee: the one after the registration's, or genesis itself if the rollup is part of it. */
export function drawnAtOf({ owner, registeredAt }: Rollup): Height {
  return height(owner === null ? 0 : registeredAt + 1)
}

/**
 * The outcome of a draw, and who has taken the seats of expelled members since. The value behind a committee's state key, so it holds what a
 * contract needs to check certificates.
 */
export interface DrawnCommittee extends Places {
  readonly seed: Hex
  /** Of the sum tree that it was drawn from. */
  readonly weightsRoot: Hex
  readonly weightsTotal: bigint
  /** As in consensus/committee.ts. */
  readonly committeeRoot: Hex
}

/** The latest recorded block of a rollup. */
export interface RecordHead {
  readonly instance: Instance
  readonly height: Height
  readonly view: View
  readonly digest: Hex
  readonly stateRoot: Hex
  /** Unix ms. */
  readonly time: number
  readonly beaconRef: BeaconReference
  /** Height of the Beacon block that holds the record. */
  readonly recordedAt: Height
}

/** Where an instance starts. Null stands for the rollup's own genesis. */
export type InstanceGenesis = {
  readonly height: Height
  readonly digest: Hex
  readonly stateRoot: Hex
} | null

/** The instance whose blocks are recorded at present. */
export interface InstanceStatus {
  readonly instance: Instance
  readonly genesis: InstanceGenesis
  /** When it was closed for want of a terminal block; null while it is open. */
  readonly closedAt: Height | null
}

export function writeAccount(writer: ByteWriter, account: Account): ByteWriter {
  return writer.u64(account.nonce).u128(account.balance)
}

export function readAccount(reader: ByteReader): Account {
  return { nonce: reader.u64(), balance: reader.u128() }
}

export function writeRollup(writer: ByteWriter, rollup: Rollup): ByteWriter {
  writeRollupSpec(writer.u64(rollup.id), rollup.spec)
  return writeOptional(writer, rollup.owner, (to, owner) => to.hex(owner, 20))
    .u64(rollup.registeredAt)
    .flag(rollup.isAlive)
}

export function readRollup(reader: ByteReader): Rollup {
  return {
    id: rollupId(reader.u64()),
    spec: readRollupSpec(reader),
    owner: readOptional(reader, (from) => from.hex(20)),
    registeredAt: height(reader.u64()),
    isAlive: reader.flag(),
  }
}

export function writeDrawnCommittee(writer: ByteWriter, committee: DrawnCommittee): ByteWriter {
  return writer
    .hex(committee.committeeRoot, 32)
    .hex(committee.seed, 32)
    .hex(committee.weightsRoot, 32)
    .u128(committee.weightsTotal)
    .list(committee.seats, (to, validator) => to.u16(validator))
    .list(committee.standby, (to, validator) => to.u16(validator))
    .list(committee.replaced, (to, { seat, validator }) => to.u16(seat).u16(validator))
}

export function readDrawnCommittee(reader: ByteReader): DrawnCommittee {
  return {
    committeeRoot: reader.hex(32),
    seed: reader.hex(32),
    weightsRoot: reader.hex(32),
    weightsTotal: reader.u128(),
    seats: reader.list(0xffff, (from) => from.u16()),
    standby: reader.list(0xffff, (from) => from.u16()),
    replaced: reader.list(0xffff, (from) => ({ seat: from.u16(), validator: from.u16() })),
  }
}

export function writeRecordHead(writer: ByteWriter, head: RecordHead): ByteWriter {
  return writeInstance(writer, head.instance)
    .u64(head.height)
    .u64(head.view)
    .hex(head.digest, 32)
    .hex(head.stateRoot, 32)
    .u64(head.time)
    .u64(head.beaconRef.height)
    .hex(head.beaconRef.hash, 32)
    .u64(head.recordedAt)
}

export function readRecordHead(reader: ByteReader): RecordHead {
  return {
    instance: readInstance(reader),
    height: height(reader.u64()),
    view: view(reader.u64()),
    digest: reader.hex(32),
    stateRoot: reader.hex(32),
    time: reader.u64(),
    beaconRef: { height: height(reader.u64()), hash: reader.hex(32) },
    recordedAt: height(reader.u64()),
  }
}

export function writeInstanceGenesis(writer: ByteWriter, genesis: InstanceGenesis): ByteWriter {
  return writeOptional(writer, genesis, (to, at) =>
    to.u64(at.height).hex(at.digest, 32).hex(at.stateRoot, 32),
  )
}

export function readInstanceGenesis(reader: ByteReader): InstanceGenesis {
  return readOptional(reader, (from) => ({
    height: height(from.u64()),
    digest: from.hex(32),
    stateRoot: from.hex(32),
  }))
}

export function writeInstanceStatus(writer: ByteWriter, status: InstanceStatus): ByteWriter {
  writeInstanceGenesis(writeInstance(writer, status.instance), status.genesis)
  return writeOptional(writer, status.closedAt, (to, at) => to.u64(at))
}

export function readInstanceStatus(reader: ByteReader): InstanceStatus {
  return {
    instance: readInstance(reader),
    genesis: readInstanceGenesis(reader),
    closedAt: readOptional(reader, (from) => height(from.u64())),
  }
}

function writeOptional<Value>(
  writer: ByteWriter,
  value: Value | null,
  write: (writer: ByteWriter, value: Value) => ByteWriter,
): ByteWriter {
  return value === null ? writer.u8(0) : write(writer.u8(1), value)
}

function readOptional<Value>(reader: ByteReader, read: (reader: ByteReader) => Value): Value | null {
  return reader.u8() === 0 ? null : read(reader)
}
