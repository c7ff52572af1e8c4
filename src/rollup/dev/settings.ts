/**
 * What dev instructions have set, kept in the state of a rollup that is registered with `devMethods`: in the storage of an account that genesis
 * makes, and whose nonce counts the instructions. So all replicas agree about it, whoever joins later too. No contract can see it.
 */

import { bigintToBytes, bytesToBigint, type Hex, toHex } from '../../primitives/bytes.ts'
import type { StateJournal } from '../state/journal.ts'
import type { StateReader } from '../state/reader.ts'

/** Nobody has its key. */
export const DEV_ADDRESS: Hex = '0x00000000000000000000000000000000000de700'

/** Null fields are not set. */
export interface DevSettings {
  /** Seconds by which blocks are ahead of consensus; negative if behind. */
  readonly timeOffset: bigint
  readonly nextTimestamp: bigint | null
  readonly timestampInterval: bigint | null
  readonly nextBaseFee: bigint | null
  readonly nextPrevRandao: bigint | null
  readonly coinbase: bigint | null
  readonly gasLimit: bigint | null
  /** Set: transactions wait for `mine`. */
  readonly manual: bigint | null
  readonly autoImpersonate: bigint | null
}

type Optional = Exclude<keyof DevSettings, 'timeOffset'>

/** Beside each value's slot is one that says that it is set, since zero may be what was wished for. */
interface SettingSlots {
  readonly value: Hex
  readonly isSet: Hex
}

const TIME_OFFSET_SLOT = keyOf(0n)
/** Written out once, since they are read for every transaction that comes in. */
const SLOTS: Readonly<Record<Optional, SettingSlots>> = {
  nextTimestamp: slotsOf(1n),
  timestampInterval: slotsOf(2n),
  nextBaseFee: slotsOf(3n),
  nextPrevRandao: slotsOf(4n),
  coinbase: slotsOf(5n),
  gasLimit: slotsOf(6n),
  manual: slotsOf(7n),
  autoImpersonate: slotsOf(8n),
}
/** What holds for the next block with work only. */
const ONCE: readonly Optional[] = ['nextTimestamp', 'nextBaseFee', 'nextPrevRandao']
const IMPERSONATED = 1n << 255n

/** Null on a rollup without dev methods. Only genesis gives the account a nonce: nobody can sign for it. */
export function readDevSettings(state: StateReader): DevSettings | null {
  if (!hasDevMethods(state)) return null
  const names = Object.keys(SLOTS) as Optional[]
  const optional = Object.fromEntries(names.map((name) => [name, readOptional(state, name)]))
  const timeOffset = BigInt.asIntN(256, read(state, TIME_OFFSET_SLOT))
  return { timeOffset, ...(optional as Record<Optional, bigint | null>) }
}

export function hasDevMethods(state: StateReader): boolean {
  return (state.account(DEV_ADDRESS)?.nonce ?? 0n) > 0n
}

/** Of the next block; null where the registration's holds. */
export function gasLimitOf(state: StateReader): number | null {
  const limit = readOptional(state, 'gasLimit')
  return limit === null ? null : Number(limit)
}

export function isAutomining(state: StateReader): boolean {
  return readOptional(state, 'manual') === null
}

export function isImpersonated(state: StateReader, address: Hex): boolean {
  if (readOptional(state, 'autoImpersonate') !== null) return true
  return read(state, keyOf(IMPERSONATED | BigInt(address))) !== 0n
}

/** As genesis makes it. */
export function allowDevMethods(journal: StateJournal, gasLimit: number): void {
  journal.updateAccount(DEV_ADDRESS, { nonce: 1n })
  writeSetting(journal, 'gasLimit', BigInt(gasLimit))
}

export function writeSetting(journal: StateJournal, name: Optional, value: bigint | null): void {
  write(journal, SLOTS[name].value, value ?? 0n)
  write(journal, SLOTS[name].isSet, value === null ? 0n : 1n)
}

export function writeTimeOffset(journal: StateJournal, seconds: bigint): void {
  write(journal, TIME_OFFSET_SLOT, BigInt.asUintN(256, seconds))
}

export function writeImpersonated(journal: StateJournal, address: Hex, isOn: boolean): void {
  write(journal, keyOf(IMPERSONATED | BigInt(address)), isOn ? 1n : 0n)
}

/** At the beginning of a block with work, whose timestamp is `timeOffset` seconds ahead of consensus. */
export function useUpSettings(journal: StateJournal, settings: DevSettings, timeOffset: bigint): void {
  if (timeOffset !== settings.timeOffset) writeTimeOffset(journal, timeOffset)
  for (const name of ONCE) if (settings[name] !== null) writeSetting(journal, name, null)
}

function readOptional(state: StateReader, name: Optional): bigint | null {
  const { value, isSet } = SLOTS[name]
  return state.storage(DEV_ADDRESS, isSet).length === 0 ? null : read(state, value)
}

function read(state: StateReader, slot: Hex): bigint {
  return bytesToBigint(state.storage(DEV_ADDRESS, slot))
}

function write(journal: StateJournal, slot: Hex, value: bigint): void {
  journal.setStorage(DEV_ADDRESS, slot, bigintToBytes(value, 32))
}

function slotsOf(index: bigint): SettingSlots {
  return { value: keyOf(index), isSet: keyOf(index | (1n << 128n)) }
}

function keyOf(slot: bigint): Hex {
  return toHex(bigintToBytes(slot, 32))
}
