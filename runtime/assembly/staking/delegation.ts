/** What an account holds of a validator's stake, and what it has taken out of it that isn't free yet. */

import { ByteReader, ByteWriter } from '../primitives/codec'
import { U256 } from '../primitives/uint'

/** Of an account in a validator: in different epochs; more have to be claimed first. */
export const UNBONDINGS_MAX = 32
const LIST_MAX = 0xffff

/** It still answers for what the validator that it came from has done, and stays where it is until that is over. */
export class MovedStake {
  constructor(
    readonly from: i64,
    readonly movedIn: i64,
    readonly shares: U256,
    /** So many of the other validator's slashes are taken into account. */
    readonly slashesSeen: i64,
  ) {}
}

export class Delegation {
  static readonly NONE: Delegation = new Delegation(U256.ZERO, U256.ZERO, null)

  constructor(
    readonly shares: U256,
    /** The validator's when rewards were last paid out. */
    readonly rewardIndex: U256,
    /** The part of the shares that came from another validator lately. */
    readonly moved: MovedStake | null,
  ) {}
}

/** Shares of the pool of everything that left the validator in that epoch. */
export class Unbonding {
  constructor(
    readonly createdIn: i64,
    readonly shares: U256,
  ) {}
}

/** What has moved from one validator to another in one epoch, in shares of the other. */
export class MovedPool {
  constructor(
    readonly to: i64,
    readonly movedIn: i64,
    readonly shares: U256,
  ) {}
}

export function writeDelegation(writer: ByteWriter, delegation: Delegation): ByteWriter {
  writer.u128(delegation.shares).u128(delegation.rewardIndex)
  const moved = delegation.moved
  if (moved === null) return writer.u8(0)
  return writer.u8(1).u32(moved.from).u32(moved.movedIn).u128(moved.shares).u16(moved.slashesSeen)
}

export function readDelegation(reader: ByteReader): Delegation {
  const shares = reader.u128()
  const rewardIndex = reader.u128()
  if (!reader.flag()) return new Delegation(shares, rewardIndex, null)
  const from = reader.u32()
  const movedIn = reader.u32()
  const movedShares = reader.u128()
  return new Delegation(shares, rewardIndex, new MovedStake(from, movedIn, movedShares, reader.u16()))
}

export function writeUnbondings(writer: ByteWriter, unbondings: Unbonding[]): ByteWriter {
  writer.u16(unbondings.length)
  for (let i = 0; i < unbondings.length; i++) writer.u32(unbondings[i].createdIn).u128(unbondings[i].shares)
  return writer
}

export function readUnbondings(reader: ByteReader): Unbonding[] {
  const unbondings: Unbonding[] = []
  const count = reader.count(LIST_MAX)
  for (let i = 0; i < count; i++) {
    const createdIn = reader.u32()
    unbondings.push(new Unbonding(createdIn, reader.u128()))
  }
  return unbondings
}

export function writeMovedPools(writer: ByteWriter, pools: MovedPool[]): ByteWriter {
  writer.u16(pools.length)
  for (let i = 0; i < pools.length; i++) writer.u32(pools[i].to).u32(pools[i].movedIn).u128(pools[i].shares)
  return writer
}

export function readMovedPools(reader: ByteReader): MovedPool[] {
  const pools: MovedPool[] = []
  const count = reader.count(LIST_MAX)
  for (let i = 0; i < count; i++) {
    const to = reader.u32()
    const movedIn = reader.u32()
    pools.push(new MovedPool(to, movedIn, reader.u128()))
  }
  return pools
}
