/** What an account holds of a validator's stake, and what it has taken out of it that isn't free yet. */

import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { type Epoch, epoch } from '../../primitives/ids.ts'

/** Of an account in a validator: in different epochs; more have to be claimed first. */
export const UNBONDINGS_MAX = 32

export interface Delegation {
  readonly shares: bigint
  /** The validator's when rewards were last paid out. */
  readonly rewardIndex: bigint
  /** The part of the shares that came from another validator lately. */
  readonly moved: MovedStake | null
}

export const NO_DELEGATION: Delegation = { shares: 0n, rewardIndex: 0n, moved: null }

/** It still answers for what the validator that it came from has done, and stays where it is until that is over. */
export interface MovedStake {
  readonly from: number
  readonly movedIn: Epoch
  readonly shares: bigint
  /** So many of the other validator's slashes are taken into account. */
  readonly slashesSeen: number
}

/** Shares of the pool of everything that left the validator in that epoch. */
export interface Unbonding {
  readonly createdIn: Epoch
  readonly shares: bigint
}

/** What has moved from one validator to another in one epoch, in shares of the other. */
export interface MovedPool {
  readonly to: number
  readonly movedIn: Epoch
  readonly shares: bigint
}

export function writeDelegation(writer: ByteWriter, { shares, rewardIndex, moved }: Delegation): ByteWriter {
  writer.u128(shares).u128(rewardIndex)
  if (moved === null) return writer.u8(0)
  return writer.u8(1).u32(moved.from).u32(moved.movedIn).u128(moved.shares).u16(moved.slashesSeen)
}

export function readDelegation(reader: ByteReader): Delegation {
  return {
    shares: reader.u128(),
    rewardIndex: reader.u128(),
    moved: reader.u8() === 0 ? null : readMovedStake(reader),
  }
}

function readMovedStake(reader: ByteReader): MovedStake {
  return {
    from: reader.u32(),
    movedIn: epoch(reader.u32()),
    shares: reader.u128(),
    slashesSeen: reader.u16(),
  }
}

export function writeUnbondings(writer: ByteWriter, unbondings: readonly Unbonding[]): ByteWriter {
  return writer.list(unbondings, (to, { createdIn, shares }) => to.u32(createdIn).u128(shares))
}

export function readUnbondings(reader: ByteReader): Unbonding[] {
  return reader.list(0xffff, (from) => ({ createdIn: epoch(from.u32()), shares: from.u128() }))
}

export function writeMovedPools(writer: ByteWriter, pools: readonly MovedPool[]): ByteWriter {
  return writer.list(pools, (to, pool) => to.u32(pool.to).u32(pool.movedIn).u128(pool.shares))
}

export function readMovedPools(reader: ByteReader): MovedPool[] {
  return reader.list(0xffff, (from) => ({
    to: from.u32(),
    movedIn: epoch(from.u32()),
    shares: from.u128(),
  }))
}
