/**
 * What an account asks of the Beacon Layer, as EIP-712 typed data: a wallet shows it in words and signs it. On the wire an action is a compact
 * encoding followed by the signature; its name is the hash of both.
 */

import { bytesToBigint, fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { type NetworkIdentity, rollupId } from '../primitives/ids.ts'
import { readRollupSpec, writeRollupSpec } from '../primitives/rollup-spec.ts'
import { PUBLIC_KEY_BYTES, VOTE_SIGNATURE_BYTES } from '../primitives/signatures.ts'
import { ACTION_TYPED_DATA, ACTION_TYPES, type Action } from './action-types.ts'
import type { RecoverAddress } from './host.ts'
import { CODE_PART_BYTES } from './keys.ts'
import { NETWORK_KEY_BYTES } from './staking/validator.ts'
import { hashStruct, type TypedDataStruct, typedDataDigest } from './typed-data.ts'

export interface SignedAction {
  readonly action: Action
  /** r || s || v, 65 B. */
  readonly signature: Uint8Array
  /** H of the wire form; not on the wire. */
  readonly hash: Hex
}

const SIGNATURE_BYTES = 65
/** A part of code takes most. */
export const ACTION_BYTES_MAX = CODE_PART_BYTES + 256

const DOMAIN_FIELDS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'salt', type: 'bytes32' },
] as const

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
  return writeFields(writer, action).raw(signature).finish()
}

function writeFields(writer: ByteWriter, action: Action): ByteWriter {
  switch (action.type) {
    case 'transfer':
      return writer.hex(action.to, 20).u128(action.amount)
    case 'registerRollup':
      return writeRollupSpec(writer, action.spec)
    case 'closeRollup':
      return writer.u64(action.rollup)
    case 'registerValidator':
      return writer
        .raw(action.votePublicKey)
        .raw(action.proofOfPossession)
        .raw(action.networkKey)
        .u128(action.stake)
        .u16(action.commissionBps)
    case 'delegate':
    case 'undelegate':
      return writer.u32(action.validator).u128(action.amount)
    case 'redelegate':
      return writer.u32(action.validator).u32(action.to).u128(action.amount)
    case 'claim':
      return writer.u32(action.validator)
    case 'setCommission':
      return writer.u16(action.commissionBps)
    case 'exitValidator':
    case 'unjail':
      return writer
    case 'publishCode':
      return writer.hex(action.code, 32).u32(action.codeBytes).u32(action.part).bytes(action.data)
    case 'proposeRuntime':
    case 'approveRuntime':
      return writer.hex(action.code, 32)
  }
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
  switch (type) {
    case 'transfer':
      return { type, nonce, to: reader.hex(20), amount: reader.u128() }
    case 'registerRollup':
      return { type, nonce, spec: readRollupSpec(reader) }
    case 'closeRollup':
      return { type, nonce, rollup: rollupId(reader.u64()) }
    case 'registerValidator':
      return {
        type,
        nonce,
        votePublicKey: reader.raw(PUBLIC_KEY_BYTES),
        proofOfPossession: reader.raw(VOTE_SIGNATURE_BYTES),
        networkKey: reader.raw(NETWORK_KEY_BYTES),
        stake: reader.u128(),
        commissionBps: reader.u16(),
      }
    case 'delegate':
    case 'undelegate':
      return { type, nonce, validator: reader.u32(), amount: reader.u128() }
    case 'redelegate':
      return { type, nonce, validator: reader.u32(), to: reader.u32(), amount: reader.u128() }
    case 'claim':
      return { type, nonce, validator: reader.u32() }
    case 'setCommission':
      return { type, nonce, commissionBps: reader.u16() }
    case 'exitValidator':
    case 'unjail':
      return { type, nonce }
    case 'publishCode':
      return {
        type,
        nonce,
        code: reader.hex(32),
        codeBytes: reader.u32(),
        part: reader.u32(),
        data: reader.bytes(CODE_PART_BYTES),
      }
    case 'proposeRuntime':
    case 'approveRuntime':
      return { type, nonce, code: reader.hex(32) }
  }
  throw new DecodeError('unknown action')
}

/** Bytes as 0x-hex: ethers and viem both take it. */
function actionMessage(action: Action): TypedDataStruct {
  if (action.type === 'registerRollup') {
    const alloc = action.spec.alloc.map(({ address, balance }) => ({ account: address, balance }))
    return { ...action.spec, alloc, nonce: action.nonce }
  }
  const { type, ...message } = action
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? toHex(value) : value,
    ]),
  )
}

function domainSeparator(network: NetworkIdentity): Uint8Array {
  return hashStruct({ EIP712Domain: DOMAIN_FIELDS }, 'EIP712Domain', { ...actionDomain(network) })
}
