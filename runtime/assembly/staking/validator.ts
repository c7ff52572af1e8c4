/** Validators as the registry holds them. An index never changes and is never given to another. */

import { ByteReader, ByteWriter } from '../primitives/codec'
import { NONE } from '../primitives/ids'
import { PUBLIC_KEY_BYTES } from '../primitives/signatures'
import { U256 } from '../primitives/uint'
import { StakePool } from './stake-pool'

/** Of one epoch. */
export const VALIDATORS_MAX = 100
/** Registered and not gone. */
export const CANDIDATES_MAX = 1000
export const NETWORK_KEY_BYTES = 32

export const BASIS_POINTS: i64 = 10_000
export const COMMISSION_BPS_MAX: i64 = 2_000
/** Of a change, once in an epoch. */
export const COMMISSION_CHANGE_BPS_MAX: i64 = 100

/** Epochs are NONE where nothing of the kind has happened. Changed on a copy only. */
export class RegisteredValidator {
  shares: U256
  rewardIndex: U256 = U256.ZERO
  unclaimedRewards: U256 = U256.ZERO
  commissionEarned: U256 = U256.ZERO
  slashed: U256 = U256.ZERO
  jailedIn: i64 = NONE
  isJailed: bool = false
  exitAskedIn: i64 = NONE
  gone: i64 = NONE
  tombstonedIn: i64 = NONE

  /** Its stake is its own: as many shares, held by its account. */
  constructor(
    readonly account: string,
    readonly votePublicKey: Uint8Array,
    readonly networkKey: Uint8Array,
    public stake: U256,
    public commissionBps: i64,
    public commissionChangedIn: i64,
  ) {
    this.shares = stake
  }

  clone(): RegisteredValidator {
    const copy = new RegisteredValidator(
      this.account,
      this.votePublicKey,
      this.networkKey,
      this.stake,
      this.commissionBps,
      this.commissionChangedIn,
    )
    copy.shares = this.shares
    copy.rewardIndex = this.rewardIndex
    copy.unclaimedRewards = this.unclaimedRewards
    copy.commissionEarned = this.commissionEarned
    copy.slashed = this.slashed
    copy.jailedIn = this.jailedIn
    copy.isJailed = this.isJailed
    copy.exitAskedIn = this.exitAskedIn
    copy.gone = this.gone
    copy.tombstonedIn = this.tombstonedIn
    return copy
  }
}

export function poolOf(validator: RegisteredValidator): StakePool {
  return new StakePool(validator.stake, validator.shares)
}

export function withPool(validator: RegisteredValidator, pool: StakePool): RegisteredValidator {
  const changed = validator.clone()
  changed.stake = pool.tokens
  changed.shares = pool.shares
  return changed
}

/** Jailed or expelled: it loses its seats to reserves. */
export function isExpelled(validator: RegisteredValidator): bool {
  return validator.isJailed || validator.tombstonedIn != NONE
}

/** Whether it may be in the sets that are frozen from now on. */
export function mayServe(validator: RegisteredValidator, minStake: U256): bool {
  return validator.stake >= minStake && validator.gone == NONE && !isExpelled(validator)
}

export function writeRegistered(writer: ByteWriter, validator: RegisteredValidator): ByteWriter {
  writer
    .hex(validator.account, 20)
    .raw(validator.votePublicKey)
    .raw(validator.networkKey)
    .u128(validator.stake)
    .u128(validator.shares)
    .u16(validator.commissionBps)
    .u32(validator.commissionChangedIn)
    .u128(validator.rewardIndex)
    .u128(validator.unclaimedRewards)
    .u128(validator.commissionEarned)
    .u128(validator.slashed)
  writeEpoch(writer, validator.jailedIn).flag(validator.isJailed)
  writeEpoch(writer, validator.exitAskedIn)
  writeEpoch(writer, validator.gone)
  return writeEpoch(writer, validator.tombstonedIn)
}

export function readRegistered(reader: ByteReader): RegisteredValidator {
  const account = reader.hex(20)
  const votePublicKey = reader.raw(PUBLIC_KEY_BYTES)
  const networkKey = reader.raw(NETWORK_KEY_BYTES)
  const stake = reader.u128()
  const shares = reader.u128()
  const commissionBps = reader.u16()
  const changedIn = reader.u32()
  const read = new RegisteredValidator(account, votePublicKey, networkKey, stake, commissionBps, changedIn)
  read.shares = shares
  read.rewardIndex = reader.u128()
  read.unclaimedRewards = reader.u128()
  read.commissionEarned = reader.u128()
  read.slashed = reader.u128()
  read.jailedIn = readEpoch(reader)
  read.isJailed = reader.flag()
  read.exitAskedIn = readEpoch(reader)
  read.gone = readEpoch(reader)
  read.tombstonedIn = readEpoch(reader)
  return read
}

function writeEpoch(writer: ByteWriter, at: i64): ByteWriter {
  return at == NONE ? writer.u8(0) : writer.u8(1).u32(at)
}

function readEpoch(reader: ByteReader): i64 {
  return reader.flag() ? reader.u32() : NONE
}
