/** The consensus header: what votes are about. Its digest, not the Ethereum block hash, is what certificates certify. */

import type { Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError } from '../primitives/codec.ts'
import { keccakHex, ZERO_HASH } from '../primitives/hash.ts'
import { epoch, type Height, height, type Instance, rollupId, type View, view } from '../primitives/ids.ts'

/** A finalised Beacon block that a rollup block builds on. Height 0 and the zero hash in Beacon blocks themselves. */
export interface BeaconReference {
  readonly height: Height
  /** Digest of that block's consensus header. */
  readonly hash: Hex
}

export interface Header {
  readonly instance: Instance
  readonly view: View
  /** View of the parent in this instance; 0 for the instance's genesis. */
  readonly parentView: View
  readonly height: Height
  /** Digest of the parent's header. */
  readonly parent: Hex
  /** H(application header || justification). */
  readonly payloadRoot: Hex
  /** State after this block. */
  readonly stateRoot: Hex
  /** Unix milliseconds. */
  readonly time: number
  /** Seat of the proposer in the committee. */
  readonly proposer: number
  readonly beaconRef: BeaconReference
}

export const NO_BEACON_REFERENCE: BeaconReference = { height: height(0), hash: ZERO_HASH }

export function writeInstance(writer: ByteWriter, instance: Instance): ByteWriter {
  return writer.u64(instance.rollup).u32(instance.epoch).u32(instance.sub)
}

export function readInstance(reader: ByteReader): Instance {
  return { rollup: rollupId(reader.u64()), epoch: epoch(reader.u32()), sub: reader.u32() }
}

export function encodeHeader(header: Header): Uint8Array {
  return writeInstance(new ByteWriter(), header.instance)
    .u64(header.view)
    .u64(header.parentView)
    .u64(header.height)
    .hex(header.parent, 32)
    .hex(header.payloadRoot, 32)
    .hex(header.stateRoot, 32)
    .u64(header.time)
    .u16(header.proposer)
    .u64(header.beaconRef.height)
    .hex(header.beaconRef.hash, 32)
    .finish()
}

export function readHeader(reader: ByteReader): Header {
  const header: Header = {
    instance: readInstance(reader),
    view: view(reader.u64()),
    parentView: view(reader.u64()),
    height: height(reader.u64()),
    parent: reader.hex(32),
    payloadRoot: reader.hex(32),
    stateRoot: reader.hex(32),
    time: reader.u64(),
    proposer: reader.u16(),
    beaconRef: { height: height(reader.u64()), hash: reader.hex(32) },
  }
  if (header.parentView >= header.view && header.view !== 0)
    throw new DecodeError('parentView is not below view')
  return header
}

/** keccak256 of the encoded header. */
export function headerDigest(header: Header): Hex {
  return keccakHex(encodeHeader(header))
}
