/** Every action that there is, with the EIP-712 type under which a wallet shows and signs it. */

import { RollupSpec } from './primitives/rollup-spec'
import { U256 } from './primitives/uint'

/** Their numbers on the wire. */
export const TRANSFER = 0
export const REGISTER_ROLLUP = 1
export const CLOSE_ROLLUP = 2
export const REGISTER_VALIDATOR = 3
export const DELEGATE = 4
export const UNDELEGATE = 5
export const REDELEGATE = 6
export const CLAIM = 7
export const SET_COMMISSION = 8
export const EXIT_VALIDATOR = 9
export const UNJAIL = 10
export const PUBLISH_CODE = 11
export const PROPOSE_RUNTIME = 12
export const APPROVE_RUNTIME = 13

/** Whatever there is, in an undelegation or redelegation. */
export const ALL_TOKENS: U256 = new U256(u64.MAX_VALUE, u64.MAX_VALUE, 0, 0)

const NO_BYTES = new Uint8Array(0)

/** Only the fields of its type mean anything. */
export class Action {
  to: string = ''
  amount: U256 = U256.ZERO
  spec: RollupSpec | null = null
  rollup: i64 = 0
  votePublicKey: Uint8Array = NO_BYTES
  proofOfPossession: Uint8Array = NO_BYTES
  networkKey: Uint8Array = NO_BYTES
  stake: U256 = U256.ZERO
  commissionBps: i64 = 0
  validator: i64 = 0
  /** Where a redelegation goes. */
  toValidator: i64 = 0
  /** Hash of code that may execute blocks, its length in bytes, and one of its parts. */
  code: string = ''
  codeBytes: i64 = 0
  part: i64 = 0
  data: Uint8Array = NO_BYTES

  constructor(
    readonly type: i64,
    /** The account's. */
    readonly nonce: i64,
  ) {}
}

export const ALLOCATION_TYPE = 'Allocation(address account,uint128 balance)'

/** By number; as the twin's ACTION_TYPED_DATA encodes them. */
export const ACTION_TYPES: string[] = [
  'Transfer(address to,uint128 amount,uint64 nonce)',
  'RegisterRollup(string name,uint64 chainId,uint16 sequencers,string vm,uint32 blockTimeMs,uint32 heartbeatMs,uint64 gasLimit,uint128 minStake,bool devMethods,uint32 lifetimeBlocks,Allocation[] alloc,uint64 nonce)' +
    ALLOCATION_TYPE,
  'CloseRollup(uint64 rollup,uint64 nonce)',
  'RegisterValidator(bytes votePublicKey,bytes proofOfPossession,bytes32 networkKey,uint128 stake,uint16 commissionBps,uint64 nonce)',
  'Delegate(uint32 validator,uint128 amount,uint64 nonce)',
  'Undelegate(uint32 validator,uint128 amount,uint64 nonce)',
  'Redelegate(uint32 validator,uint32 to,uint128 amount,uint64 nonce)',
  'Claim(uint32 validator,uint64 nonce)',
  'SetCommission(uint16 commissionBps,uint64 nonce)',
  'ExitValidator(uint64 nonce)',
  'Unjail(uint64 nonce)',
  'PublishCode(bytes32 code,uint32 codeBytes,uint32 part,bytes data,uint64 nonce)',
  'ProposeRuntime(bytes32 code,uint64 nonce)',
  'ApproveRuntime(bytes32 code,uint64 nonce)',
]
