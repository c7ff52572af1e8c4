/** Which rollups may be registered, whoever asks: the rules that need no state. */

import { ALLOC_MAX, RollupSpec, SEQUENCERS_MIN } from './primitives/rollup-spec'
import { VALIDATORS_MAX } from './staking/validator'

/** Ethereum itself and the ids by which tools recognise a development node. */
const RESERVED_CHAIN_IDS: i64[] = [1, 1337, 31337]
/** EIP-2294. */
const CHAIN_ID_MAX: i64 = 4_503_599_627_370_476
const NAME_LENGTH_MAX = 32
const BLOCK_TIME_MS_MAX: i64 = 60_000
const HEARTBEAT_MS_MIN: i64 = 50
const HEARTBEAT_MS_MAX: i64 = 60_000
const GAS_LIMIT_MIN: i64 = 1_000_000
const GAS_LIMIT_MAX: i64 = 1_000_000_000
const LIFETIME_BLOCKS_MIN: i64 = 8
const LIFETIME_BLOCKS_MAX: i64 = 100_000_000

/** The first rule that `spec` breaks, or null. `beaconChainId` is taken by the Beacon Layer. */
export function checkRollupSpec(spec: RollupSpec, beaconChainId: i64): string | null {
  if (!isRollupName(spec.name)) return 'INVALID_NAME'
  if (!isRollupChainId(spec.chainId, beaconChainId)) return 'INVALID_CHAIN_ID'
  if (spec.sequencers < SEQUENCERS_MIN) return 'TOO_FEW_SEQUENCERS'
  if (spec.sequencers > VALIDATORS_MAX) return 'TOO_MANY_SEQUENCERS'
  if (!isWithin(spec.blockTimeMs, 0, BLOCK_TIME_MS_MAX)) return 'INVALID_BLOCK_TIME'
  if (!isWithin(spec.heartbeatMs, HEARTBEAT_MS_MIN, HEARTBEAT_MS_MAX)) return 'INVALID_HEARTBEAT'
  if (!isWithin(spec.gasLimit, GAS_LIMIT_MIN, GAS_LIMIT_MAX)) return 'INVALID_GAS_LIMIT'
  if (!isLifetime(spec.lifetimeBlocks)) return 'INVALID_LIFETIME'
  return ascends(spec) ? null : 'INVALID_ALLOC'
}

/** A lower-case letter, then letters, digits and hyphens. */
function isRollupName(name: string): bool {
  if (name.length == 0 || name.length > NAME_LENGTH_MAX || !isLetter(name.charCodeAt(0))) return false
  for (let i = 1; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    const isDigit = unit >= 0x30 && unit <= 0x39
    if (!isLetter(unit) && !isDigit && unit != 0x2d) return false
  }
  return true
}

function isLetter(unit: i32): bool {
  return unit >= 0x61 && unit <= 0x7a
}

function isRollupChainId(id: i64, beaconChainId: i64): bool {
  return isWithin(id, 1, CHAIN_ID_MAX) && !RESERVED_CHAIN_IDS.includes(id) && id != beaconChainId
}

function isLifetime(blocks: i64): bool {
  return blocks == 0 || isWithin(blocks, LIFETIME_BLOCKS_MIN, LIFETIME_BLOCKS_MAX)
}

function isWithin(value: i64, min: i64, max: i64): bool {
  return value >= min && value <= max
}

/** Strictly, so that no address occurs twice and one allocation has one encoding. */
function ascends(spec: RollupSpec): bool {
  if (spec.alloc.length > ALLOC_MAX) return false
  for (let i = 1; i < spec.alloc.length; i++) {
    if (spec.alloc[i - 1].address >= spec.alloc[i].address) return false
  }
  return true
}
