/** Which rollups may be registered, whoever asks: the rules that need no state. */

import type { Hex } from '../primitives/bytes.ts'
import {
  ALLOC_MAX,
  ROLLUP_NAME,
  type RollupSpec,
  SEQUENCERS_MIN,
  VM_NAMES,
} from '../primitives/rollup-spec.ts'
import { VALIDATORS_MAX } from './staking/validator.ts'

export type SpecFault =
  | 'INVALID_NAME'
  | 'INVALID_CHAIN_ID'
  | 'TOO_FEW_SEQUENCERS'
  | 'TOO_MANY_SEQUENCERS'
  | 'UNKNOWN_VM'
  | 'INVALID_BLOCK_TIME'
  | 'INVALID_HEARTBEAT'
  | 'INVALID_GAS_LIMIT'
  | 'INVALID_LIFETIME'
  | 'INVALID_ALLOC'

/** Ethereum itself and the ids by which tools recognise a development node. */
const RESERVED_CHAIN_IDS: readonly number[] = [1, 1337, 31337]
/** EIP-2294: larger ids don't fit a signature's v in some wallets. */
const CHAIN_ID_MAX = 4_503_599_627_370_476
export const BLOCK_TIME_MS_MAX = 60_000
const HEARTBEAT_MS_MIN = 50
const HEARTBEAT_MS_MAX = 60_000
const GAS_LIMIT_MIN = 1_000_000
const GAS_LIMIT_MAX = 1_000_000_000
/** In less, a committee is hardly drawn and in contact. */
export const LIFETIME_BLOCKS_MIN = 8
/** Half-second blocks of a year and a half. */
export const LIFETIME_BLOCKS_MAX = 100_000_000

/** The first rule that `spec` breaks, or null. `beaconChainId` is taken by the Beacon Layer. */
export function checkRollupSpec(spec: RollupSpec, beaconChainId: number): SpecFault | null {
  if (!ROLLUP_NAME.test(spec.name)) return 'INVALID_NAME'
  if (!isRollupChainId(spec.chainId, beaconChainId)) return 'INVALID_CHAIN_ID'
  if (!Number.isInteger(spec.sequencers) || spec.sequencers < SEQUENCERS_MIN) return 'TOO_FEW_SEQUENCERS'
  if (spec.sequencers > VALIDATORS_MAX) return 'TOO_MANY_SEQUENCERS'
  if (!VM_NAMES.includes(spec.vm)) return 'UNKNOWN_VM'
  if (!isWithin(spec.blockTimeMs, 0, BLOCK_TIME_MS_MAX)) return 'INVALID_BLOCK_TIME'
  if (!isWithin(spec.heartbeatMs, HEARTBEAT_MS_MIN, HEARTBEAT_MS_MAX)) return 'INVALID_HEARTBEAT'
  if (!isWithin(spec.gasLimit, GAS_LIMIT_MIN, GAS_LIMIT_MAX)) return 'INVALID_GAS_LIMIT'
  if (!isLifetime(spec.lifetimeBlocks)) return 'INVALID_LIFETIME'
  return ascends(spec.alloc.map(({ address }) => address)) ? null : 'INVALID_ALLOC'
}

/** Whether a rollup may have this chain id, which the Beacon Layer's is not. */
export function isRollupChainId(id: number, beaconChainId: number): boolean {
  return isWithin(id, 1, CHAIN_ID_MAX) && !RESERVED_CHAIN_IDS.includes(id) && id !== beaconChainId
}

function isLifetime(blocks: number): boolean {
  return blocks === 0 || isWithin(blocks, LIFETIME_BLOCKS_MIN, LIFETIME_BLOCKS_MAX)
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max
}

/** Strictly, so that no address occurs twice and one allocation has one encoding. */
function ascends(addresses: readonly Hex[]): boolean {
  return (
    addresses.length <= ALLOC_MAX &&
    addresses.every((address, i) => i === 0 || addresses[i - 1]!.toLowerCase() < address.toLowerCase())
  )
}
