/**
 * Names of the state's entries: readable ASCII, so that a person can ask for a proof of one. An entry's place in the state trie is
 * keccak256 of its name.
 */

import type { Hex } from '../primitives/bytes.ts'
import type { Epoch, Height, Instance, RollupId, View } from '../primitives/ids.ts'

export type StateKey = string

export const PARAMS_KEY: StateKey = 'params'
/** Which code executes the next block. */
export const RUNTIME_KEY: StateKey = 'runtime'
/** The one that has been asked for, if any. */
export const PROPOSAL_KEY: StateKey = 'runtime/proposal'
/** What a runtime that has just begun may be taken back to. */
export const PROBATION_KEY: StateKey = 'runtime/probation'
/** The last runtime that was given up. */
export const FAILURE_KEY: StateKey = 'runtime/failure'
/** The randomness after the latest block. */
export const MIX_KEY: StateKey = 'mix'
export const BURNED_KEY: StateKey = 'burned'
export const MINTED_KEY: StateKey = 'minted'
export const VALIDATOR_COUNT_KEY: StateKey = 'validators'
/** Those that serve or may come to. */
export const CANDIDATES_KEY: StateKey = 'validators/candidates'
export const ATTENDANCE_KEY: StateKey = 'attendance'
export const CONVICTIONS_KEY: StateKey = 'convictions'
export const ROLLUP_COUNT_KEY: StateKey = 'rollups'
export const ALIVE_ROLLUPS_KEY: StateKey = 'rollups/alive'
/** Registered in the latest block: drawn for in the next one. */
export const UNDRAWN_ROLLUPS_KEY: StateKey = 'rollups/undrawn'

export const CODE_BYTES_MAX = 4 * 1024 * 1024
export const CODE_PART_BYTES = 32 * 1024

/** How many of the latest Beacon blocks' digests the state knows. */
export const DIGESTS_KEPT = 8192

/** Of so many bytes, in parts of {@link CODE_PART_BYTES}. */
export const codeKey = (hash: Hex): StateKey => `code/${hash}`
export const codePartKey = (hash: Hex, part: number): StateKey => `code/${hash}/${part}`
export const accountKey = (address: Hex): StateKey => `account/${address}`
export const validatorKey = (index: number): StateKey => `validator/${index}`
export const validatorAccountKey = (account: Hex): StateKey => `validator-of/${account}`
/** A vote key or a network key that was registered, once and for ever. */
export const takenKey = (key: Hex): StateKey => `key/${key}`
export const delegationKey = (validator: number, account: Hex): StateKey =>
  `delegation/${validator}/${account}`
export const unbondingsKey = (validator: number, account: Hex): StateKey =>
  `unbonding/${validator}/${account}`
/** What left the validator in an epoch, and isn't claimed yet. */
export const unbondingPoolKey = (validator: number, createdIn: Epoch): StateKey =>
  `unbonding-pool/${validator}/${createdIn}`
/** What moved from the validator to others. */
export const movedKey = (validator: number): StateKey => `moved/${validator}`
export const slashesKey = (validator: number): StateKey => `slashes/${validator}`
export const insuranceKey = (rollup: RollupId): StateKey => `insurance/${rollup}`
export const setKey = (epoch: Epoch): StateKey => `set/${epoch}`
export const seedKey = (epoch: Epoch): StateKey => `seed/${epoch}`
export const digestKey = (height: Height): StateKey => `digest/${height % DIGESTS_KEPT}`
export const rollupKey = (rollup: RollupId): StateKey => `rollup/${rollup}`
export const rollupNameKey = (name: string): StateKey => `name/${name}`
export const rollupChainKey = (chainId: number): StateKey => `chain/${chainId}`
export const instanceStatusKey = (rollup: RollupId): StateKey => `instance/${rollup}`
/** Where an instance begins that was opened because another had been closed. */
export const openingKey = ({ rollup, epoch, sub }: Instance): StateKey => `opening/${rollup}/${epoch}/${sub}`
export const recordKey = (rollup: RollupId): StateKey => `record/${rollup}`
export const committeeKey = ({ rollup, epoch, sub }: Instance): StateKey =>
  `committee/${rollup}/${epoch}/${sub}`
export const evidenceKey = ({ rollup, epoch, sub }: Instance, view: View, validator: number): StateKey =>
  `evidence/${rollup}/${epoch}/${sub}/${view}/${validator}`
