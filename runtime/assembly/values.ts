/** The state's entries that aren't defined elsewhere, and their encodings. */

import { BeaconReference, readBeaconReference, readInstance, writeBeaconReference, writeInstance } from './consensus/header'
import { Places, readPlaces, writePlaces } from './election/reserves'
import { ByteReader, ByteWriter } from './primitives/codec'
import { Instance, NONE } from './primitives/ids'
import { readRollupSpec, RollupSpec, writeRollupSpec } from './primitives/rollup-spec'
import { U256 } from './primitives/uint'

export class Account {
  static readonly EMPTY: Account = new Account(0, U256.ZERO)

  constructor(
    readonly nonce: i64,
    /** In wei of the Beacon token. */
    readonly balance: U256,
  ) {}
}

export class Rollup {
  constructor(
    readonly id: i64,
    readonly spec: RollupSpec,
    /** Who registered it and may close it; null if it is part of the genesis. */
    readonly owner: string | null,
    readonly registeredAt: i64,
    readonly isAlive: bool,
  ) {}
}

/** The outcome of a draw, and who has taken the seats of expelled members since. */
export class DrawnCommittee {
  constructor(
    readonly committeeRoot: string,
    readonly seed: string,
    readonly weightsRoot: string,
    readonly weightsTotal: U256,
    readonly places: Places,
  ) {}
}

/** Where an instance starts. Null stands for the rollup's own genesis. */
export class InstanceGenesis {
  constructor(
    readonly height: i64,
    readonly digest: string,
    readonly stateRoot: string,
  ) {}
}

/** The latest recorded block of a rollup. */
export class RecordHead {
  constructor(
    readonly instance: Instance,
    readonly height: i64,
    readonly view: i64,
    readonly digest: string,
    readonly stateRoot: string,
    readonly time: i64,
    readonly beaconRef: BeaconReference,
    readonly recordedAt: i64,
  ) {}
}

/** The instance whose blocks are recorded at present. */
export class InstanceStatus {
  constructor(
    readonly instance: Instance,
    readonly genesis: InstanceGenesis | null,
    /** When it was closed for want of a terminal block; NONE while it is open. */
    readonly closedAt: i64,
  ) {}
}

export function writeAccount(writer: ByteWriter, account: Account): ByteWriter {
  return writer.u64(account.nonce).u128(account.balance)
}

export function readAccount(reader: ByteReader): Account {
  const nonce = reader.u64()
  return new Account(nonce, reader.u128())
}

export function writeRollup(writer: ByteWriter, rollup: Rollup): ByteWriter {
  writeRollupSpec(writer.u64(rollup.id), rollup.spec)
  const owner = rollup.owner
  if (owner === null) writer.u8(0)
  else writer.u8(1).hex(owner, 20)
  return writer.u64(rollup.registeredAt).flag(rollup.isAlive)
}

export function readRollup(reader: ByteReader): Rollup {
  const id = reader.u64()
  const spec = readRollupSpec(reader)
  let owner: string | null = null
  if (reader.flag()) owner = reader.hex(20)
  const registeredAt = reader.u64()
  return new Rollup(id, spec, owner, registeredAt, reader.flag())
}

export function writeDrawnCommittee(writer: ByteWriter, committee: DrawnCommittee): ByteWriter {
  writer
    .hex(committee.committeeRoot, 32)
    .hex(committee.seed, 32)
    .hex(committee.weightsRoot, 32)
    .u128(committee.weightsTotal)
  return writePlaces(writer, committee.places)
}

export function readDrawnCommittee(reader: ByteReader): DrawnCommittee {
  const root = reader.hex(32)
  const seed = reader.hex(32)
  const weightsRoot = reader.hex(32)
  const weightsTotal = reader.u128()
  return new DrawnCommittee(root, seed, weightsRoot, weightsTotal, readPlaces(reader))
}

export function writeRecordHead(writer: ByteWriter, head: RecordHead): ByteWriter {
  writeInstance(writer, head.instance)
    .u64(head.height)
    .u64(head.view)
    .hex(head.digest, 32)
    .hex(head.stateRoot, 32)
    .u64(head.time)
  return writeBeaconReference(writer, head.beaconRef).u64(head.recordedAt)
}

export function readRecordHead(reader: ByteReader): RecordHead {
  const instance = readInstance(reader)
  const height = reader.u64()
  const view = reader.u64()
  const digest = reader.hex(32)
  const stateRoot = reader.hex(32)
  const time = reader.u64()
  const beaconRef = readBeaconReference(reader)
  return new RecordHead(instance, height, view, digest, stateRoot, time, beaconRef, reader.u64())
}

export function writeInstanceGenesis(writer: ByteWriter, genesis: InstanceGenesis | null): ByteWriter {
  if (genesis === null) return writer.u8(0)
  return writer.u8(1).u64(genesis.height).hex(genesis.digest, 32).hex(genesis.stateRoot, 32)
}

export function readInstanceGenesis(reader: ByteReader): InstanceGenesis | null {
  if (!reader.flag()) return null
  const height = reader.u64()
  const digest = reader.hex(32)
  return new InstanceGenesis(height, digest, reader.hex(32))
}

export function writeInstanceStatus(writer: ByteWriter, status: InstanceStatus): ByteWriter {
  writeInstanceGenesis(writeInstance(writer, status.instance), status.genesis)
  return status.closedAt == NONE ? writer.u8(0) : writer.u8(1).u64(status.closedAt)
}

export function readInstanceStatus(reader: ByteReader): InstanceStatus {
  const instance = readInstance(reader)
  const genesis = readInstanceGenesis(reader)
  return new InstanceStatus(instance, genesis, reader.flag() ? reader.u64() : NONE)
}
