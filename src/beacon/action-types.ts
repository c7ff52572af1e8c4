/** Every action that there is, with the EIP-712 types under which a wallet shows and signs it. All types are listed here. */

import type { Hex } from '../primitives/bytes.ts'
import type { RollupId } from '../primitives/ids.ts'
import type { RollupSpec } from '../primitives/rollup-spec.ts'
import type { TypedDataTypes } from './typed-data.ts'

interface Numbered {
  /** The account's. */
  readonly nonce: number
}

export interface Transfer extends Numbered {
  readonly type: 'transfer'
  readonly to: Hex
  readonly amount: bigint
}

export interface RegisterRollup extends Numbered {
  readonly type: 'registerRollup'
  readonly spec: RollupSpec
}

export interface CloseRollup extends Numbered {
  readonly type: 'closeRollup'
  readonly rollup: RollupId
}

/** The account becomes a validator with `stake` of its own. */
export interface RegisterValidator extends Numbered {
  readonly type: 'registerValidator'
  /** 48 B. */
  readonly votePublicKey: Uint8Array
  /** See primitives/possession.ts; 192 B. */
  readonly proofOfPossession: Uint8Array
  /** Raw Ed25519, 32 B. */
  readonly networkKey: Uint8Array
  readonly stake: bigint
  /** Of its delegators' rewards, in basis points. */
  readonly commissionBps: number
}

export interface Delegate extends Numbered {
  readonly type: 'delegate'
  readonly validator: number
  readonly amount: bigint
}

/** {@link ALL_TOKENS} stands for whatever there is. */
export interface Undelegate extends Numbered {
  readonly type: 'undelegate'
  readonly validator: number
  readonly amount: bigint
}

export interface Redelegate extends Numbered {
  readonly type: 'redelegate'
  readonly validator: number
  readonly to: number
  readonly amount: bigint
}

/** Pays out the account's rewards with a validator, what has left it and is free, and the commission if the validator is its own. */
export interface Claim extends Numbered {
  readonly type: 'claim'
  readonly validator: number
}

export interface SetCommission extends Numbered {
  readonly type: 'setCommission'
  readonly commissionBps: number
}

export interface ExitValidator extends Numbered {
  readonly type: 'exitValidator'
}

export interface Unjail extends Numbered {
  readonly type: 'unjail'
}

/** A part of code that blocks may be executed by, in parts of CODE_PART_BYTES. */
export interface PublishCode extends Numbered {
  readonly type: 'publishCode'
  /** Hash of the whole. */
  readonly code: Hex
  /** Of the whole, in bytes. */
  readonly codeBytes: number
  readonly part: number
  readonly data: Uint8Array
}

export interface ProposeRuntime extends Numbered {
  readonly type: 'proposeRuntime'
  readonly code: Hex
}

export interface ApproveRuntime extends Numbered {
  readonly type: 'approveRuntime'
  readonly code: Hex
}

export type Action =
  | Transfer
  | RegisterRollup
  | CloseRollup
  | RegisterValidator
  | Delegate
  | Undelegate
  | Redelegate
  | Claim
  | SetCommission
  | ExitValidator
  | Unjail
  | PublishCode
  | ProposeRuntime
  | ApproveRuntime

export type ActionType = Action['type']

export const ALL_TOKENS = (1n << 128n) - 1n

/** Their order is their number on the wire. */
export const ACTION_TYPES: readonly ActionType[] = [
  'transfer',
  'registerRollup',
  'closeRollup',
  'registerValidator',
  'delegate',
  'undelegate',
  'redelegate',
  'claim',
  'setCommission',
  'exitValidator',
  'unjail',
  'publishCode',
  'proposeRuntime',
  'approveRuntime',
]

/** Its primary type, and the types as `signTypedData` of ethers and viem take them. The fields' order is also theirs on the wire. */
interface ActionTypedData {
  readonly primaryType: string
  readonly types: TypedDataTypes
}

export const ACTION_TYPED_DATA: Readonly<Record<ActionType, ActionTypedData>> = {
  transfer: describe('Transfer', 'address to, uint128 amount'),
  registerRollup: {
    primaryType: 'RegisterRollup',
    types: {
      RegisterRollup: fields(
        'string name, uint64 chainId, uint16 sequencers, string vm, uint32 blockTimeMs, uint32 heartbeatMs, uint64 gasLimit, uint128 minStake, bool devMethods, uint32 lifetimeBlocks, Allocation[] alloc, uint64 nonce',
      ),
      Allocation: fields('address account, uint128 balance'),
    },
  },
  closeRollup: describe('CloseRollup', 'uint64 rollup'),
  registerValidator: describe(
    'RegisterValidator',
    'bytes votePublicKey, bytes proofOfPossession, bytes32 networkKey, uint128 stake, uint16 commissionBps',
  ),
  delegate: describe('Delegate', 'uint32 validator, uint128 amount'),
  undelegate: describe('Undelegate', 'uint32 validator, uint128 amount'),
  redelegate: describe('Redelegate', 'uint32 validator, uint32 to, uint128 amount'),
  claim: describe('Claim', 'uint32 validator'),
  setCommission: describe('SetCommission', 'uint16 commissionBps'),
  exitValidator: describe('ExitValidator', ''),
  unjail: describe('Unjail', ''),
  publishCode: describe('PublishCode', 'bytes32 code, uint32 codeBytes, uint32 part, bytes data'),
  proposeRuntime: describe('ProposeRuntime', 'bytes32 code'),
  approveRuntime: describe('ApproveRuntime', 'bytes32 code'),
}

/** Each ends with the nonce. */
function describe(primaryType: string, list: string): ActionTypedData {
  return {
    primaryType,
    types: { [primaryType]: fields(list === '' ? 'uint64 nonce' : `${list}, uint64 nonce`) },
  }
}

function fields(list: string): TypedDataTypes[string] {
  return list.split(', ').map((field) => {
    const [type, name] = field.split(' ') as [string, string]
    return { name, type }
  })
}
