/** Validators as the genesis names them, and as the registry holds them. An index never changes and is never given to another. */

import type { Hex } from '../../primitives/bytes.ts'
import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { type Epoch, epoch } from '../../primitives/ids.ts'
import { PUBLIC_KEY_BYTES } from '../../primitives/signatures.ts'
import type { StakePool } from './stake-pool.ts'

/** Of one epoch: bounds the work per epoch and the size of a certificate. */
export const VALIDATORS_MAX = 100
/** Registered and not gone: bounds the work of freezing a set. Each has at least the minimum stake locked. */
export const CANDIDATES_MAX = 1000
export const NETWORK_KEY_BYTES = 32

export const BASIS_POINTS = 10_000
export const COMMISSION_BPS_MAX = 2_000
/** Of a change, once in an epoch. */
export const COMMISSION_CHANGE_BPS_MAX = 100
const GENESIS_COMMISSION_BPS = 500

export interface Validator {
  /** An Ethereum account: tips belong to it, and it decides about the validator. */
  readonly account: Hex
  /** BLS, 48 B. */
  readonly votePublicKey: Uint8Array
  /** Raw Ed25519, 32 B: who its node is among the peers. */
  readonly networkKey: Uint8Array
  /** In wei of the Beacon token: its own and what was delegated to it. */
  readonly stake: bigint
}

export interface RegisteredValidator extends Validator {
  /** All shares of the stake; see stake-pool.ts. */
  readonly shares: bigint
  /** Of rewards, for the account; in basis points. */
  readonly commissionBps: number
  readonly commissionChangedIn: Epoch
  /** Rewards that a share has earned since the beginning, in wei / 2^64. */
  readonly rewardIndex: bigint
  /** Rewards of delegators that wait to be claimed, in wei. */
  readonly unclaimedRewards: bigint
  /** The account's, in wei, until it claims it. */
  readonly commissionEarned: bigint
  /** What was taken from its stake so far, in wei. */
  readonly slashed: bigint
  /** The epoch in which it was last jailed for being absent; null if it never was. */
  readonly jailedIn: Epoch | null
  /** Jailed, it doesn't serve until its account asks for it. */
  readonly isJailed: boolean
  /** The epoch in which its account asked to leave... */
  readonly exitAskedIn: Epoch | null
  /** ...and the first one without it, once that is fixed: then its own stake can be taken out too. */
  readonly gone: Epoch | null
  /** The epoch in which it was expelled for an offence, for good; null if it wasn't. */
  readonly tombstonedIn: Epoch | null
}

/** Its stake is its own: as many shares, held by its account. */
export function register(
  { account, votePublicKey, networkKey, stake }: Validator,
  commissionBps = GENESIS_COMMISSION_BPS,
  at = epoch(0),
): RegisteredValidator {
  return {
    account,
    votePublicKey,
    networkKey,
    stake,
    shares: stake,
    commissionBps,
    commissionChangedIn: at,
    rewardIndex: 0n,
    unclaimedRewards: 0n,
    commissionEarned: 0n,
    slashed: 0n,
    jailedIn: null,
    isJailed: false,
    exitAskedIn: null,
    gone: null,
    tombstonedIn: null,
  }
}

export function poolOf({ stake, shares }: RegisteredValidator): StakePool {
  return { tokens: stake, shares }
}

export function withPool(validator: RegisteredValidator, { tokens, shares }: StakePool): RegisteredValidator {
  return { ...validator, stake: tokens, shares }
}

/** Jailed or expelled: it loses its seats to reserves. */
export function isExpelled({ isJailed, tombstonedIn }: RegisteredValidator): boolean {
  return isJailed || tombstonedIn !== null
}

/** Whether it may be in the sets that are frozen from now on. */
export function mayServe(validator: RegisteredValidator, minStake: bigint): boolean {
  return validator.stake >= minStake && validator.gone === null && !isExpelled(validator)
}

export function writeValidator(writer: ByteWriter, validator: Validator): ByteWriter {
  return writer
    .hex(validator.account, 20)
    .raw(validator.votePublicKey)
    .raw(validator.networkKey)
    .u128(validator.stake)
}

function readValidator(reader: ByteReader): Validator {
  return {
    account: reader.hex(20),
    votePublicKey: reader.raw(PUBLIC_KEY_BYTES),
    networkKey: reader.raw(NETWORK_KEY_BYTES),
    stake: reader.u128(),
  }
}

export function writeRegistered(writer: ByteWriter, validator: RegisteredValidator): ByteWriter {
  writeValidator(writer, validator)
    .u128(validator.shares)
    .u16(validator.commissionBps)
    .u32(validator.commissionChangedIn)
    .u128(validator.rewardIndex)
    .u128(validator.unclaimedRewards)
    .u128(validator.commissionEarned)
    .u128(validator.slashed)
  writeEpoch(writer, validator.jailedIn).flag(validator.isJailed)
  for (const at of [validator.exitAskedIn, validator.gone, validator.tombstonedIn]) writeEpoch(writer, at)
  return writer
}

export function readRegistered(reader: ByteReader): RegisteredValidator {
  return {
    ...readValidator(reader),
    shares: reader.u128(),
    commissionBps: reader.u16(),
    commissionChangedIn: epoch(reader.u32()),
    rewardIndex: reader.u128(),
    unclaimedRewards: reader.u128(),
    commissionEarned: reader.u128(),
    slashed: reader.u128(),
    jailedIn: readEpoch(reader),
    isJailed: reader.flag(),
    exitAskedIn: readEpoch(reader),
    gone: readEpoch(reader),
    tombstonedIn: readEpoch(reader),
  }
}

function writeEpoch(writer: ByteWriter, at: Epoch | null): ByteWriter {
  return at === null ? writer.u8(0) : writer.u8(1).u32(at)
}

function readEpoch(reader: ByteReader): Epoch | null {
  return reader.u8() === 0 ? null : epoch(reader.u32())
}
