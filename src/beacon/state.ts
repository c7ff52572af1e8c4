/** The state's entries by their meaning, over a host that knows only names and bytes. */

import type { Hex } from '../primitives/bytes.ts'
import { bigintToBytes, bytesToBigint, concatBytes, fromHex, toHex } from '../primitives/bytes.ts'
import { ByteReader, ByteWriter } from '../primitives/codec.ts'
import { type Epoch, type Height, type Instance, type RollupId, rollupId } from '../primitives/ids.ts'
import type { StateHost, StateReader } from './host.ts'
import * as keys from './keys.ts'
import { type BeaconParams, readParams, writeParams } from './params.ts'
import { type Attendance, readAttendance, writeAttendance } from './staking/attendance.ts'
import {
  type Delegation,
  type MovedPool,
  NO_DELEGATION,
  readDelegation,
  readMovedPools,
  readUnbondings,
  type Unbonding,
  writeDelegation,
  writeMovedPools,
  writeUnbondings,
} from './staking/delegation.ts'
import {
  type Conviction,
  type PastSlash,
  readConvictions,
  readPastSlashes,
  writeConvictions,
  writePastSlashes,
} from './staking/slashing.ts'
import { EMPTY_POOL, readPool, type StakePool, writePool } from './staking/stake-pool.ts'
import {
  CANDIDATES_MAX,
  type RegisteredValidator,
  readRegistered,
  writeRegistered,
} from './staking/validator.ts'
import { readValidatorSet, type ValidatorSet, writeValidatorSet } from './staking/validator-set.ts'
import { countParts } from './upgrade/code-parts.ts'
import {
  type Probation,
  type PublishedCode,
  readFailure,
  readProbation,
  readProposal,
  readPublishedCode,
  type UpgradeFailure,
  type UpgradeProposal,
  writeFailure,
  writeProbation,
  writeProposal,
  writePublishedCode,
} from './upgrade/entries.ts'
import * as values from './values.ts'

/** Bounds the work of each block. */
export const ALIVE_ROLLUPS_MAX = 256

/** Reads entries; an absent one is null, or what an absent one stands for. */
export class BeaconStateView {
  readonly #host: StateReader

  constructor(host: StateReader) {
    this.#host = host
  }

  params(): BeaconParams {
    return this.#read(keys.PARAMS_KEY, readParams)!
  }

  /** Hash of the code that executes the next block. */
  runtime(): Hex {
    return this.#hash(keys.RUNTIME_KEY)!
  }

  publishedCode(hash: Hex): PublishedCode | null {
    return this.#read(keys.codeKey(hash), readPublishedCode)
  }

  proposal(): UpgradeProposal | null {
    return this.#read(keys.PROPOSAL_KEY, readProposal)
  }

  probation(): Probation | null {
    return this.#read(keys.PROBATION_KEY, readProbation)
  }

  upgradeFailure(): UpgradeFailure | null {
    return this.#read(keys.FAILURE_KEY, readFailure)
  }

  hasCodePart(hash: Hex, part: number): boolean {
    return this.#host.get(keys.codePartKey(hash, part)) !== undefined
  }

  /** Null if it isn't there, or not all of it. */
  code(hash: Hex): Uint8Array | null {
    const published = this.publishedCode(hash)
    if (published === null) return null
    const parts: Uint8Array[] = []
    for (let part = 0; part < countParts(published.bytes); part++) {
      const bytes = this.#host.get(keys.codePartKey(hash, part))
      if (bytes === undefined) return null
      parts.push(bytes)
    }
    return concatBytes(...parts)
  }

  mix(): Hex {
    return this.#hash(keys.MIX_KEY)!
  }

  burned(): bigint {
    return bytesToBigint(this.#host.get(keys.BURNED_KEY)!)
  }

  /** Rewards that were ever given, in wei. */
  minted(): bigint {
    return bytesToBigint(this.#host.get(keys.MINTED_KEY)!)
  }

  account(address: Hex): values.Account {
    return this.#read(keys.accountKey(address), values.readAccount) ?? values.EMPTY_ACCOUNT
  }

  validators(): RegisteredValidator[] {
    return Array.from({ length: this.validatorCount() }, (_, index) => this.validator(index)!)
  }

  validatorCount(): number {
    return this.#read(keys.VALIDATOR_COUNT_KEY, (reader) => reader.u32())!
  }

  validator(index: number): RegisteredValidator | null {
    return this.#read(keys.validatorKey(index), readRegistered)
  }

  validatorOf(account: Hex): number | null {
    return this.#read(keys.validatorAccountKey(account), (reader) => reader.u32())
  }

  /** Nobody else may register the vote key or network key. */
  isTaken(key: Uint8Array): boolean {
    return this.validatorWith(key) !== null
  }

  /** Whoever has registered the vote key or network key. */
  validatorWith(key: Uint8Array): number | null {
    return this.#read(keys.takenKey(toHex(key)), (reader) => reader.u32())
  }

  /** Ascending. */
  candidates(): number[] {
    return this.#read(keys.CANDIDATES_KEY, (reader) => reader.list(CANDIDATES_MAX, (from) => from.u32()))!
  }

  attendance(): Attendance {
    return this.#read(keys.ATTENDANCE_KEY, readAttendance)!
  }

  delegation(validator: number, account: Hex): Delegation {
    return this.#read(keys.delegationKey(validator, account), readDelegation) ?? NO_DELEGATION
  }

  unbondings(validator: number, account: Hex): Unbonding[] {
    return this.#read(keys.unbondingsKey(validator, account), readUnbondings) ?? []
  }

  unbondingPool(validator: number, createdIn: Epoch): StakePool {
    return this.#read(keys.unbondingPoolKey(validator, createdIn), readPool) ?? EMPTY_POOL
  }

  movedFrom(validator: number): MovedPool[] {
    return this.#read(keys.movedKey(validator), readMovedPools) ?? []
  }

  pastSlashes(validator: number): PastSlash[] {
    return this.#read(keys.slashesKey(validator), readPastSlashes) ?? []
  }

  /** Of late; ascending by epoch. */
  convictions(): Conviction[] {
    return this.#read(keys.CONVICTIONS_KEY, readConvictions)!
  }

  /** For those whom the rollup's committees have harmed, in wei. */
  insurance(rollup: RollupId): bigint {
    return this.#read(keys.insuranceKey(rollup), (reader) => reader.u128()) ?? 0n
  }

  validatorSet(at: Epoch): ValidatorSet | null {
    return this.#read(keys.setKey(at), readValidatorSet)
  }

  seed(at: Epoch): Hex | null {
    return this.#hash(keys.seedKey(at))
  }

  /** Digest of one of the latest Beacon blocks; the caller bounds how far back it asks. */
  digest(at: Height): Hex | null {
    return this.#hash(keys.digestKey(at))
  }

  rollupCount(): number {
    return this.#read(keys.ROLLUP_COUNT_KEY, (reader) => reader.u64())!
  }

  aliveRollups(): RollupId[] {
    return this.#read(keys.ALIVE_ROLLUPS_KEY, readRollupIds)!
  }

  undrawnRollups(): RollupId[] {
    return this.#read(keys.UNDRAWN_ROLLUPS_KEY, readRollupIds)!
  }

  rollup(id: RollupId): values.Rollup | null {
    return this.#read(keys.rollupKey(id), values.readRollup)
  }

  rollupByName(name: string): RollupId | null {
    return this.#read(keys.rollupNameKey(name), (reader) => rollupId(reader.u64()))
  }

  rollupByChainId(chainId: number): RollupId | null {
    return this.#read(keys.rollupChainKey(chainId), (reader) => rollupId(reader.u64()))
  }

  committee(instance: Instance): values.DrawnCommittee | null {
    return this.#read(keys.committeeKey(instance), values.readDrawnCommittee)
  }

  instanceStatus(rollup: RollupId): values.InstanceStatus | null {
    return this.#read(keys.instanceStatusKey(rollup), values.readInstanceStatus)
  }

  /** Of an instance that was opened because the one before had been closed. */
  opening(instance: Instance): { readonly genesis: values.InstanceGenesis } | null {
    return this.#read(keys.openingKey(instance), (reader) => ({
      genesis: values.readInstanceGenesis(reader),
    }))
  }

  record(rollup: RollupId): values.RecordHead | null {
    return this.#read(keys.recordKey(rollup), values.readRecordHead)
  }

  #hash(key: keys.StateKey): Hex | null {
    const value = this.#host.get(key)
    return value === undefined ? null : toHex(value)
  }

  #read<Value>(key: keys.StateKey, read: (reader: ByteReader) => Value): Value | null {
    const value = this.#host.get(key)
    return value === undefined ? null : read(new ByteReader(value))
  }
}

/** Also writes them. */
export class BeaconState extends BeaconStateView {
  readonly #host: StateHost

  constructor(host: StateHost) {
    super(host)
    this.#host = host
  }

  setParams(params: BeaconParams): void {
    this.#write(keys.PARAMS_KEY, (to) => writeParams(to, params))
  }

  setRuntime(hash: Hex): void {
    this.#host.set(keys.RUNTIME_KEY, fromHex(hash, 32))
  }

  setPublishedCode(hash: Hex, code: PublishedCode): void {
    this.#write(keys.codeKey(hash), (to) => writePublishedCode(to, code))
  }

  setCodePart(hash: Hex, part: number, bytes: Uint8Array): void {
    this.#host.set(keys.codePartKey(hash, part), bytes)
  }

  setProposal(proposal: UpgradeProposal | null): void {
    this.#write(keys.PROPOSAL_KEY, (to) => writeProposal(to, proposal))
  }

  setProbation(probation: Probation | null): void {
    this.#write(keys.PROBATION_KEY, (to) => writeProbation(to, probation))
  }

  setUpgradeFailure(failure: UpgradeFailure): void {
    this.#write(keys.FAILURE_KEY, (to) => writeFailure(to, failure))
  }

  setMix(mix: Hex): void {
    this.#host.set(keys.MIX_KEY, fromHex(mix, 32))
  }

  setBurned(amount: bigint): void {
    this.#host.set(keys.BURNED_KEY, bigintToBytes(amount, 32))
  }

  setMinted(amount: bigint): void {
    this.#host.set(keys.MINTED_KEY, bigintToBytes(amount, 32))
  }

  setAccount(address: Hex, account: values.Account): void {
    this.#write(keys.accountKey(address), (to) => values.writeAccount(to, account))
  }

  setValidatorCount(count: number): void {
    this.#write(keys.VALIDATOR_COUNT_KEY, (to) => to.u32(count))
  }

  setValidatorOf(account: Hex, index: number): void {
    this.#write(keys.validatorAccountKey(account), (to) => to.u32(index))
  }

  setTaken(key: Uint8Array, index: number): void {
    this.#write(keys.takenKey(toHex(key)), (to) => to.u32(index))
  }

  setCandidates(indices: readonly number[]): void {
    this.#write(keys.CANDIDATES_KEY, (to) => to.list(indices, (item, index) => item.u32(index)))
  }

  setAttendance(attendance: Attendance): void {
    this.#write(keys.ATTENDANCE_KEY, (to) => writeAttendance(to, attendance))
  }

  setDelegation(validator: number, account: Hex, delegation: Delegation): void {
    this.#write(keys.delegationKey(validator, account), (to) => writeDelegation(to, delegation))
  }

  setUnbondings(validator: number, account: Hex, unbondings: readonly Unbonding[]): void {
    this.#write(keys.unbondingsKey(validator, account), (to) => writeUnbondings(to, unbondings))
  }

  setUnbondingPool(validator: number, createdIn: Epoch, pool: StakePool): void {
    this.#write(keys.unbondingPoolKey(validator, createdIn), (to) => writePool(to, pool))
  }

  setMovedFrom(validator: number, pools: readonly MovedPool[]): void {
    this.#write(keys.movedKey(validator), (to) => writeMovedPools(to, pools))
  }

  setPastSlashes(validator: number, slashes: readonly PastSlash[]): void {
    this.#write(keys.slashesKey(validator), (to) => writePastSlashes(to, slashes))
  }

  setConvictions(convictions: readonly Conviction[]): void {
    this.#write(keys.CONVICTIONS_KEY, (to) => writeConvictions(to, convictions))
  }

  setInsurance(rollup: RollupId, amount: bigint): void {
    this.#write(keys.insuranceKey(rollup), (to) => to.u128(amount))
  }

  setValidator(index: number, validator: RegisteredValidator): void {
    this.#write(keys.validatorKey(index), (to) => writeRegistered(to, validator))
  }

  setValidatorSet(at: Epoch, set: ValidatorSet): void {
    this.#write(keys.setKey(at), (to) => writeValidatorSet(to, set))
  }

  setSeed(at: Epoch, seed: Hex): void {
    this.#host.set(keys.seedKey(at), fromHex(seed, 32))
  }

  setDigest(at: Height, digest: Hex): void {
    this.#host.set(keys.digestKey(at), fromHex(digest, 32))
  }

  setRollupCount(count: number): void {
    this.#write(keys.ROLLUP_COUNT_KEY, (to) => to.u64(count))
  }

  setAliveRollups(ids: readonly RollupId[]): void {
    this.#write(keys.ALIVE_ROLLUPS_KEY, (to) => writeRollupIds(to, ids))
  }

  setUndrawnRollups(ids: readonly RollupId[]): void {
    this.#write(keys.UNDRAWN_ROLLUPS_KEY, (to) => writeRollupIds(to, ids))
  }

  setRollup(rollup: values.Rollup): void {
    this.#write(keys.rollupKey(rollup.id), (to) => values.writeRollup(to, rollup))
    this.#write(keys.rollupNameKey(rollup.spec.name), (to) => to.u64(rollup.id))
    this.#write(keys.rollupChainKey(rollup.spec.chainId), (to) => to.u64(rollup.id))
  }

  setCommittee(instance: Instance, committee: values.DrawnCommittee): void {
    this.#write(keys.committeeKey(instance), (to) => values.writeDrawnCommittee(to, committee))
  }

  setInstanceStatus(status: values.InstanceStatus): void {
    this.#write(keys.instanceStatusKey(status.instance.rollup), (to) =>
      values.writeInstanceStatus(to, status),
    )
  }

  setOpening(instance: Instance, genesis: values.InstanceGenesis): void {
    this.#write(keys.openingKey(instance), (to) => values.writeInstanceGenesis(to, genesis))
  }

  setRecord(head: values.RecordHead): void {
    this.#write(keys.recordKey(head.instance.rollup), (to) => values.writeRecordHead(to, head))
  }

  setEvidence(key: keys.StateKey, encoded: Uint8Array): void {
    this.#host.set(key, encoded)
  }

  #write(key: keys.StateKey, write: (writer: ByteWriter) => ByteWriter): void {
    this.#host.set(key, write(new ByteWriter()).finish())
  }
}

function writeRollupIds(writer: ByteWriter, ids: readonly RollupId[]): ByteWriter {
  return writer.list(ids, (to, id) => to.u64(id))
}

function readRollupIds(reader: ByteReader): RollupId[] {
  return reader.list(ALIVE_ROLLUPS_MAX, (from) => rollupId(from.u64()))
}
