/** The state's entries by their meaning, over a host that knows only names and bytes. */

import * as keys from './keys'
import { BeaconParams, readParams } from './params'
import { concatBytes, fromHex, toHex } from './primitives/bytes'
import { ByteReader, ByteWriter } from './primitives/codec'
import { Instance, NONE } from './primitives/ids'
import { U256 } from './primitives/uint'
import { Attendance, readAttendance, writeAttendance } from './staking/attendance'
import {
  Delegation,
  MovedPool,
  readDelegation,
  readMovedPools,
  readUnbondings,
  Unbonding,
  writeDelegation,
  writeMovedPools,
  writeUnbondings,
} from './staking/delegation'
import {
  Conviction,
  PastSlash,
  readConvictions,
  readPastSlashes,
  writeConvictions,
  writePastSlashes,
} from './staking/slashing'
import { readPool, StakePool, writePool } from './staking/stake-pool'
import { CANDIDATES_MAX, readRegistered, RegisteredValidator, writeRegistered } from './staking/validator'
import { readValidatorSet, ValidatorSet, writeValidatorSet } from './staking/validator-set'
import { AttemptHost } from './transition/attempt'
import { countParts } from './upgrade/code-parts'
import {
  PublishedCode,
  readProposal,
  readPublishedCode,
  UpgradeProposal,
  writeProposal,
  writePublishedCode,
} from './upgrade/entries'
import * as values from './values'

/** Bounds the work of each block. */
export const ALIVE_ROLLUPS_MAX = 256

/** An absent entry is null, NONE, or what an absent one stands for. */
export class BeaconState {
  constructor(private readonly host: AttemptHost) {}

  params(): BeaconParams {
    return readParams(this.read(keys.PARAMS_KEY)!)
  }

  /** Hash of the code that executes the next block. */
  runtime(): string {
    return this.hash(keys.RUNTIME_KEY)!
  }

  publishedCode(hash: string): PublishedCode | null {
    const reader = this.read(keys.codeKey(hash))
    return reader === null ? null : readPublishedCode(reader)
  }

  setPublishedCode(hash: string, code: PublishedCode): void {
    this.write(keys.codeKey(hash), writePublishedCode(new ByteWriter(), code))
  }

  setCodePart(hash: string, part: i64, bytes: Uint8Array): void {
    this.host.set(keys.codePartKey(hash, part), bytes)
  }

  /** Null if it isn't there, or not all of it. */
  code(hash: string): Uint8Array | null {
    const published = this.publishedCode(hash)
    if (published === null) return null
    const parts: Uint8Array[] = []
    for (let part: i64 = 0; part < countParts(published.bytes); part++) {
      const bytes = this.host.get(keys.codePartKey(hash, part))
      if (bytes === null) return null
      parts.push(bytes)
    }
    return concatBytes(parts)
  }

  proposal(): UpgradeProposal | null {
    const reader = this.read(keys.PROPOSAL_KEY)
    return reader === null ? null : readProposal(reader)
  }

  setProposal(proposal: UpgradeProposal | null): void {
    this.write(keys.PROPOSAL_KEY, writeProposal(new ByteWriter(), proposal))
  }

  mix(): string {
    return this.hash(keys.MIX_KEY)!
  }

  setMix(mix: string): void {
    this.host.set(keys.MIX_KEY, fromHex(mix))
  }

  burned(): U256 {
    return U256.fromBytes(this.host.get(keys.BURNED_KEY)!)
  }

  setBurned(amount: U256): void {
    this.host.set(keys.BURNED_KEY, amount.toBytes())
  }

  /** Rewards that were ever given, in wei. */
  minted(): U256 {
    return U256.fromBytes(this.host.get(keys.MINTED_KEY)!)
  }

  setMinted(amount: U256): void {
    this.host.set(keys.MINTED_KEY, amount.toBytes())
  }

  account(address: string): values.Account {
    const reader = this.read(keys.accountKey(address))
    return reader === null ? values.Account.EMPTY : values.readAccount(reader)
  }

  setAccount(address: string, account: values.Account): void {
    this.write(keys.accountKey(address), values.writeAccount(new ByteWriter(), account))
  }

  validatorCount(): i64 {
    return this.read(keys.VALIDATOR_COUNT_KEY)!.u32()
  }

  setValidatorCount(count: i64): void {
    this.write(keys.VALIDATOR_COUNT_KEY, new ByteWriter().u32(count))
  }

  validator(index: i64): RegisteredValidator | null {
    const reader = this.read(keys.validatorKey(index))
    return reader === null ? null : readRegistered(reader)
  }

  setValidator(index: i64, validator: RegisteredValidator): void {
    this.write(keys.validatorKey(index), writeRegistered(new ByteWriter(), validator))
  }

  validatorOf(account: string): i64 {
    const reader = this.read(keys.validatorAccountKey(account))
    return reader === null ? NONE : reader.u32()
  }

  setValidatorOf(account: string, index: i64): void {
    this.write(keys.validatorAccountKey(account), new ByteWriter().u32(index))
  }

  /** Nobody else may register the vote key or network key. */
  isTaken(key: Uint8Array): bool {
    return this.read(keys.takenKey(toHex(key))) !== null
  }

  setTaken(key: Uint8Array, index: i64): void {
    this.write(keys.takenKey(toHex(key)), new ByteWriter().u32(index))
  }

  /** Ascending. */
  candidates(): i64[] {
    const reader = this.read(keys.CANDIDATES_KEY)!
    const indices: i64[] = []
    const count = reader.count(CANDIDATES_MAX)
    for (let i = 0; i < count; i++) indices.push(reader.u32())
    return indices
  }

  setCandidates(indices: i64[]): void {
    const writer = new ByteWriter().u16(indices.length)
    for (let i = 0; i < indices.length; i++) writer.u32(indices[i])
    this.write(keys.CANDIDATES_KEY, writer)
  }

  attendance(): Attendance {
    return readAttendance(this.read(keys.ATTENDANCE_KEY)!)
  }

  setAttendance(attendance: Attendance): void {
    this.write(keys.ATTENDANCE_KEY, writeAttendance(new ByteWriter(), attendance))
  }

  delegation(validator: i64, account: string): Delegation {
    const reader = this.read(keys.delegationKey(validator, account))
    return reader === null ? Delegation.NONE : readDelegation(reader)
  }

  setDelegation(validator: i64, account: string, delegation: Delegation): void {
    this.write(keys.delegationKey(validator, account), writeDelegation(new ByteWriter(), delegation))
  }

  unbondings(validator: i64, account: string): Unbonding[] {
    const reader = this.read(keys.unbondingsKey(validator, account))
    return reader === null ? [] : readUnbondings(reader)
  }

  setUnbondings(validator: i64, account: string, unbondings: Unbonding[]): void {
    this.write(keys.unbondingsKey(validator, account), writeUnbondings(new ByteWriter(), unbondings))
  }

  unbondingPool(validator: i64, createdIn: i64): StakePool {
    const reader = this.read(keys.unbondingPoolKey(validator, createdIn))
    return reader === null ? StakePool.EMPTY : readPool(reader)
  }

  setUnbondingPool(validator: i64, createdIn: i64, pool: StakePool): void {
    this.write(keys.unbondingPoolKey(validator, createdIn), writePool(new ByteWriter(), pool))
  }

  movedFrom(validator: i64): MovedPool[] {
    const reader = this.read(keys.movedKey(validator))
    return reader === null ? [] : readMovedPools(reader)
  }

  setMovedFrom(validator: i64, pools: MovedPool[]): void {
    this.write(keys.movedKey(validator), writeMovedPools(new ByteWriter(), pools))
  }

  pastSlashes(validator: i64): PastSlash[] {
    const reader = this.read(keys.slashesKey(validator))
    return reader === null ? [] : readPastSlashes(reader)
  }

  setPastSlashes(validator: i64, slashes: PastSlash[]): void {
    this.write(keys.slashesKey(validator), writePastSlashes(new ByteWriter(), slashes))
  }

  /** Of late; ascending by epoch. */
  convictions(): Conviction[] {
    return readConvictions(this.read(keys.CONVICTIONS_KEY)!)
  }

  setConvictions(convictions: Conviction[]): void {
    this.write(keys.CONVICTIONS_KEY, writeConvictions(new ByteWriter(), convictions))
  }

  /** For those whom the rollup's committees have harmed, in wei. */
  insurance(rollup: i64): U256 {
    const reader = this.read(keys.insuranceKey(rollup))
    return reader === null ? U256.ZERO : reader.u128()
  }

  setInsurance(rollup: i64, amount: U256): void {
    this.write(keys.insuranceKey(rollup), new ByteWriter().u128(amount))
  }

  validatorSet(at: i64): ValidatorSet | null {
    const reader = this.read(keys.setKey(at))
    return reader === null ? null : readValidatorSet(reader)
  }

  setValidatorSet(at: i64, set: ValidatorSet): void {
    this.write(keys.setKey(at), writeValidatorSet(new ByteWriter(), set))
  }

  seed(at: i64): string | null {
    return this.hash(keys.seedKey(at))
  }

  setSeed(at: i64, seed: string): void {
    this.host.set(keys.seedKey(at), fromHex(seed))
  }

  /** Digest of one of the latest Beacon blocks; the caller bounds how far back it asks. */
  digest(at: i64): string | null {
    return this.hash(keys.digestKey(at))
  }

  setDigest(at: i64, digest: string): void {
    this.host.set(keys.digestKey(at), fromHex(digest))
  }

  rollupCount(): i64 {
    return this.read(keys.ROLLUP_COUNT_KEY)!.u64()
  }

  setRollupCount(count: i64): void {
    this.write(keys.ROLLUP_COUNT_KEY, new ByteWriter().u64(count))
  }

  aliveRollups(): i64[] {
    return this.readRollupIds(keys.ALIVE_ROLLUPS_KEY)
  }

  setAliveRollups(ids: i64[]): void {
    this.writeRollupIds(keys.ALIVE_ROLLUPS_KEY, ids)
  }

  undrawnRollups(): i64[] {
    return this.readRollupIds(keys.UNDRAWN_ROLLUPS_KEY)
  }

  setUndrawnRollups(ids: i64[]): void {
    this.writeRollupIds(keys.UNDRAWN_ROLLUPS_KEY, ids)
  }

  rollup(id: i64): values.Rollup | null {
    const reader = this.read(keys.rollupKey(id))
    return reader === null ? null : values.readRollup(reader)
  }

  hasRollupNamed(name: string): bool {
    return this.read(keys.rollupNameKey(name)) !== null
  }

  hasRollupWithChainId(chainId: i64): bool {
    return this.read(keys.rollupChainKey(chainId)) !== null
  }

  setRollup(rollup: values.Rollup): void {
    this.write(keys.rollupKey(rollup.id), values.writeRollup(new ByteWriter(), rollup))
    this.write(keys.rollupNameKey(rollup.spec.name), new ByteWriter().u64(rollup.id))
    this.write(keys.rollupChainKey(rollup.spec.chainId), new ByteWriter().u64(rollup.id))
  }

  committee(instance: Instance): values.DrawnCommittee | null {
    const reader = this.read(keys.committeeKey(instance))
    return reader === null ? null : values.readDrawnCommittee(reader)
  }

  setCommittee(instance: Instance, committee: values.DrawnCommittee): void {
    this.write(keys.committeeKey(instance), values.writeDrawnCommittee(new ByteWriter(), committee))
  }

  instanceStatus(rollup: i64): values.InstanceStatus | null {
    const reader = this.read(keys.instanceStatusKey(rollup))
    return reader === null ? null : values.readInstanceStatus(reader)
  }

  setInstanceStatus(status: values.InstanceStatus): void {
    const key = keys.instanceStatusKey(status.instance.rollup)
    this.write(key, values.writeInstanceStatus(new ByteWriter(), status))
  }

  setOpening(instance: Instance, genesis: values.InstanceGenesis | null): void {
    this.write(keys.openingKey(instance), values.writeInstanceGenesis(new ByteWriter(), genesis))
  }

  record(rollup: i64): values.RecordHead | null {
    const reader = this.read(keys.recordKey(rollup))
    return reader === null ? null : values.readRecordHead(reader)
  }

  setRecord(head: values.RecordHead): void {
    this.write(keys.recordKey(head.instance.rollup), values.writeRecordHead(new ByteWriter(), head))
  }

  setEvidence(key: string, encoded: Uint8Array): void {
    this.host.set(key, encoded)
  }

  private hash(key: string): string | null {
    const value = this.host.get(key)
    return value === null ? null : toHex(value)
  }

  private read(key: string): ByteReader | null {
    const value = this.host.get(key)
    return value === null ? null : new ByteReader(value)
  }

  private write(key: string, writer: ByteWriter): void {
    this.host.set(key, writer.finish())
  }

  private readRollupIds(key: string): i64[] {
    const reader = this.read(key)!
    const ids: i64[] = []
    const count = reader.count(ALIVE_ROLLUPS_MAX)
    for (let i = 0; i < count; i++) ids.push(reader.u64())
    return ids
  }

  private writeRollupIds(key: string, ids: i64[]): void {
    const writer = new ByteWriter().u16(ids.length)
    for (let i = 0; i < ids.length; i++) writer.u64(ids[i])
    this.write(key, writer)
  }
}
