/**
 * Everything that an account can ask of the Beacon Layer, as EIP-712 typed data: a wallet shows it in words and signs it. All types
 * are listed here. On the wire an action is a compact encoding followed by the signature; its name is the hash of both.
 */

import { bytesToBigint, fromHex, type Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { type NetworkIdentity, type RollupId, rollupId } from '../primitives/ids.ts'
import { type RollupSpec, readRollupSpec, writeRollupSpec } from '../primitives/rollup-spec.ts'
import type { RecoverAddress } from './host.ts'
import { hashStruct, type TypedDataStruct, type TypedDataTypes, typedDataDigest } from './typed-data.ts'

export type Action =
  | { readonly type: 'transfer'; readonly nonce: number; readonly to: Hex; readonly amount: bigint }
  | { readonly type: 'registerRollup'; readonly nonce: number; readonly spec: RollupSpec }
  | { readonly type: 'closeRollup'; readonly nonce: number; readonly rollup: RollupId }

export type ActionType = Action['type']

/** Their order is their number on the wire. */
export const ACTION_TYPES: readonly ActionType[] = ['transfer', 'registerRollup', 'closeRollup']

export interface SignedAction {
  readonly action: Action
  /** r || s || v, 65 B. */
  readonly signature: Uint8Array
  /** H of the wire form; not on the wire. */
  readonly hash: Hex
}

const SIGNATURE_BYTES = 65
/** A registration with a full genesis allocation takes about 2,500 B. */
export const ACTION_BYTES_MAX = 4096

const DOMAIN_FIELDS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'salt', type: 'bytes32' },
] as const

/** By action: its primary type, and the types as `signTypedData` of ethers and viem take them. */
const ACTION_TYPED_DATA: Readonly<
  Record<ActionType, { readonly primaryType: string; readonly types: TypedDataTypes }>
> = {
  transfer: {
    primaryType: 'Transfer',
    types: {
      Transfer: [
        { name: 'to', type: 'address' },
        { name: 'amount', type: 'uint128' },
        { name: 'nonce', type: 'uint64' },
      ],
    },
  },
  registerRollup: {
    primaryType: 'RegisterRollup',
    types: {
      RegisterRollup: [
        { name: 'name', type: 'string' },
        { name: 'chainId', type: 'uint64' },
        { name: 'sequencers', type: 'uint16' },
        { name: 'vm', type: 'string' },
        { name: 'blockTimeMs', type: 'uint32' },
        { name: 'heartbeatMs', type: 'uint32' },
        { name: 'gasLimit', type: 'uint64' },
        { name: 'minStake', type: 'uint128' },
        { name: 'devMethods', type: 'bool' },
        { name: 'alloc', type: 'Allocation[]' },
        { name: 'nonce', type: 'uint64' },
      ],
      Allocation: [
        { name: 'account', type: 'address' },
        { name: 'balance', type: 'uint128' },
      ],
    },
  },
  closeRollup: {
    primaryType: 'CloseRollup',
    types: {
      CloseRollup: [
        { name: 'rollup', type: 'uint64' },
        { name: 'nonce', type: 'uint64' },
      ],
    },
  },
}

export interface ActionDomain {
  readonly name: string
  readonly version: string
  readonly chainId: number
  readonly salt: Hex
}

/** The salt binds an action to this genesis and fork. */
function actionDomain(network: NetworkIdentity): ActionDomain {
  const salt = keccakHex(new ByteWriter().raw(fromHex(network.genesisHash, 32)).u32(network.forkId).finish())
  return { name: 'Beacon Layer', version: '1', chainId: network.chainId, salt }
}

/**
 * What a wallet signs: `wallet.signTypedData(domain, types, message)` with ethers, `signTypedData(...)` with viem.
 * @example
 * const { domain, types, message } = actionTypedData(network, action)
 * const raw = encodeAction(action, fromHex(await wallet.signTypedData(domain, types, message)))
 */
export function actionTypedData(network: NetworkIdentity, action: Action) {
  return {
    domain: actionDomain(network),
    ...ACTION_TYPED_DATA[action.type],
    message: actionMessage(action),
  }
}

/** The 32 bytes under the signature. */
export function actionDigest(network: NetworkIdentity, action: Action): Uint8Array {
  const { primaryType, types } = ACTION_TYPED_DATA[action.type]
  return typedDataDigest(domainSeparator(network), types, primaryType, actionMessage(action))
}

/** The account that signed, or null. */
export function recoverActionSender(
  network: NetworkIdentity,
  { action, signature }: SignedAction,
  recoverAddress: RecoverAddress,
): Hex | null {
  const v = signature[64]!
  if (v !== 27 && v !== 28) return null
  const r = bytesToBigint(signature.subarray(0, 32))
  const s = bytesToBigint(signature.subarray(32, 64))
  return recoverAddress(actionDigest(network, action), { r, s, yParity: v - 27 })
}

/** The wire form. */
export function encodeAction(action: Action, signature: Uint8Array): Uint8Array {
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError(`a signature has ${SIGNATURE_BYTES} bytes`)
  const writer = new ByteWriter().u8(ACTION_TYPES.indexOf(action.type)).u64(action.nonce)
  if (action.type === 'transfer') writer.hex(action.to, 20).u128(action.amount)
  else if (action.type === 'registerRollup') writeRollupSpec(writer, action.spec)
  else writer.u64(action.rollup)
  return writer.raw(signature).finish()
}

/** Throws DecodeError. */
export function decodeAction(bytes: Uint8Array): SignedAction {
  if (bytes.length > ACTION_BYTES_MAX)
    throw new DecodeError(`an action of more than ${ACTION_BYTES_MAX} bytes`)
  const { action, signature } = decodeExactly(bytes, (reader) => ({
    action: readAction(reader),
    signature: reader.raw(SIGNATURE_BYTES),
  }))
  return { action, signature, hash: keccakHex(bytes) }
}

function readAction(reader: ByteReader): Action {
  const type = ACTION_TYPES[reader.u8()]
  const nonce = reader.u64()
  if (type === 'transfer') return { type, nonce, to: reader.hex(20), amount: reader.u128() }
  if (type === 'registerRollup') return { type, nonce, spec: readRollupSpec(reader) }
  if (type === 'closeRollup') return { type, nonce, rollup: rollupId(reader.u64()) }
  throw new DecodeError('unknown action')
}

function actionMessage(action: Action): TypedDataStruct {
  const { nonce } = action
  if (action.type === 'transfer') return { to: action.to, amount: action.amount, nonce }
  if (action.type === 'closeRollup') return { rollup: action.rollup, nonce }
  const alloc = action.spec.alloc.map(({ address, balance }) => ({ account: address, balance }))
  return { ...action.spec, alloc, nonce }
}

function domainSeparator(network: NetworkIdentity): Uint8Array {
  return hashStruct({ EIP712Domain: DOMAIN_FIELDS }, 'EIP712Domain', { ...actionDomain(network) })
}
