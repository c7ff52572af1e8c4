/** The consensus header: what votes are about. */

import { ByteReader, ByteWriter } from '../primitives/codec'
import { keccakHex } from '../primitives/hash'
import { Instance } from '../primitives/ids'

/** A final Beacon block. */
export class BeaconReference {
  constructor(
    readonly height: i64,
    readonly hash: string,
  ) {}
}

export class Header {
  constructor(
    readonly instance: Instance,
    readonly view: i64,
    readonly parentView: i64,
    readonly height: i64,
    readonly parent: string,
    readonly payloadRoot: string,
    readonly stateRoot: string,
    readonly time: i64,
    readonly proposer: i64,
    readonly beaconRef: BeaconReference,
  ) {}
}

export function writeInstance(writer: ByteWriter, instance: Instance): ByteWriter {
  return writer.u64(instance.rollup).u32(instance.epoch).u32(instance.sub)
}

export function readInstance(reader: ByteReader): Instance {
  const rollup = reader.u64()
  const epoch = reader.u32()
  return new Instance(rollup, epoch, reader.u32())
}

export function writeBeaconReference(writer: ByteWriter, reference: BeaconReference): ByteWriter {
  return writer.u64(reference.height).hex(reference.hash, 32)
}

export function readBeaconReference(reader: ByteReader): BeaconReference {
  const height = reader.u64()
  return new BeaconReference(height, reader.hex(32))
}

function encodeHeader(header: Header): Uint8Array {
  const writer = writeInstance(new ByteWriter(), header.instance)
    .u64(header.view)
    .u64(header.parentView)
    .u64(header.height)
    .hex(header.parent, 32)
    .hex(header.payloadRoot, 32)
    .hex(header.stateRoot, 32)
    .u64(header.time)
    .u16(header.proposer)
  return writeBeaconReference(writer, header.beaconRef).finish()
}

export function readHeader(reader: ByteReader): Header {
  const instance = readInstance(reader)
  const view = reader.u64()
  const parentView = reader.u64()
  const height = reader.u64()
  const parent = reader.hex(32)
  const payloadRoot = reader.hex(32)
  const stateRoot = reader.hex(32)
  const time = reader.u64()
  const proposer = reader.u16()
  if (parentView >= view && view != 0) reader.failed = true
  return new Header(
    instance,
    view,
    parentView,
    height,
    parent,
    payloadRoot,
    stateRoot,
    time,
    proposer,
    readBeaconReference(reader),
  )
}

/** keccak256 of the encoded header. */
export function headerDigest(header: Header): string {
  return keccakHex(encodeHeader(header))
}
