/** Names of the state's entries; the same as in src/beacon/keys.ts. */

import { Instance } from './primitives/ids'

export const PARAMS_KEY = 'params'
/** Which code executes the next block. */
export const RUNTIME_KEY = 'runtime'
/** The one that has been asked for, if any. */
export const PROPOSAL_KEY = 'runtime/proposal'
/** The randomness after the latest block. */
export const MIX_KEY = 'mix'
export const BURNED_KEY = 'burned'
export const MINTED_KEY = 'minted'
export const VALIDATOR_COUNT_KEY = 'validators'
export const CANDIDATES_KEY = 'validators/candidates'
export const ATTENDANCE_KEY = 'attendance'
export const CONVICTIONS_KEY = 'convictions'
export const ROLLUP_COUNT_KEY = 'rollups'
export const ALIVE_ROLLUPS_KEY = 'rollups/alive'
export const UNDRAWN_ROLLUPS_KEY = 'rollups/undrawn'

export const CODE_BYTES_MAX: i64 = 4 * 1024 * 1024
export const CODE_PART_BYTES: i32 = 32 * 1024

/** How many of the latest Beacon blocks' digests the state knows. */
export const DIGESTS_KEPT: i64 = 8192

/** Of so many bytes, in parts of {@link CODE_PART_BYTES}. */
export function codeKey(hash: string): string {
  return 'code/' + hash
}

export function codePartKey(hash: string, part: i64): string {
  return 'code/' + hash + '/' + part.toString()
}

export function accountKey(address: string): string {
  return 'account/' + address
}

export function validatorKey(index: i64): string {
  return 'validator/' + index.toString()
}

export function validatorAccountKey(account: string): string {
  return 'validator-of/' + account
}

/** A vote key or a network key that was registered, once and for ever. */
export function takenKey(key: string): string {
  return 'key/' + key
}

export function delegationKey(validator: i64, account: string): string {
  return 'delegation/' + validator.toString() + '/' + account
}

export function unbondingsKey(validator: i64, account: string): string {
  return 'unbonding/' + validator.toString() + '/' + account
}

export function unbondingPoolKey(validator: i64, createdIn: i64): string {
  return 'unbonding-pool/' + validator.toString() + '/' + createdIn.toString()
}

export function movedKey(validator: i64): string {
  return 'moved/' + validator.toString()
}

export function slashesKey(validator: i64): string {
  return 'slashes/' + validator.toString()
}

export function insuranceKey(rollup: i64): string {
  return 'insurance/' + rollup.toString()
}

export function setKey(epoch: i64): string {
  return 'set/' + epoch.toString()
}

export function seedKey(epoch: i64): string {
  return 'seed/' + epoch.toString()
}

export function digestKey(height: i64): string {
  return 'digest/' + (height % DIGESTS_KEPT).toString()
}

export function rollupKey(rollup: i64): string {
  return 'rollup/' + rollup.toString()
}

export function rollupNameKey(name: string): string {
  return 'name/' + name
}

export function rollupChainKey(chainId: i64): string {
  return 'chain/' + chainId.toString()
}

export function instanceStatusKey(rollup: i64): string {
  return 'instance/' + rollup.toString()
}

export function openingKey(instance: Instance): string {
  return 'opening/' + pathOf(instance)
}

export function recordKey(rollup: i64): string {
  return 'record/' + rollup.toString()
}

export function committeeKey(instance: Instance): string {
  return 'committee/' + pathOf(instance)
}

export function evidenceKey(instance: Instance, view: i64, validator: i64): string {
  return 'evidence/' + pathOf(instance) + '/' + view.toString() + '/' + validator.toString()
}

function pathOf(instance: Instance): string {
  return instance.rollup.toString() + '/' + instance.epoch.toString() + '/' + instance.sub.toString()
}
