/** What an account asks of the Beacon Layer: its wire form, and who signed it. */

import * as types from './action-types'
import * as host from './host'
import { CODE_PART_BYTES } from './keys'
import { concatBytes, fromHex, toHex } from './primitives/bytes'
import { ByteReader, ByteWriter } from './primitives/codec'
import { keccak256, keccakHex } from './primitives/hash'
import { NetworkIdentity } from './primitives/ids'
import { readRollupSpec } from './primitives/rollup-spec'
import { PUBLIC_KEY_BYTES, VOTE_SIGNATURE_BYTES } from './primitives/signatures'
import { NETWORK_KEY_BYTES } from './staking/validator'
import { hashAction, hashDomain, typedDataDigest } from './typed-data'

const SIGNATURE_BYTES = 65
/** A part of code takes most. */
const ACTION_BYTES_MAX = CODE_PART_BYTES + 256

export class SignedAction {
  constructor(
    readonly action: types.Action,
    /** r || s || v, 65 B. */
    readonly signature: Uint8Array,
    /** H of the wire form. */
    readonly hash: string,
  ) {}
}

/** The account that signed, or null. */
export function recoverActionSender(network: NetworkIdentity, signed: SignedAction): string | null {
  const digest = typedDataDigest(domainSeparator(network), hashAction(signed.action))
  const account = host.recoverAddress(digest, signed.signature)
  return account === null ? null : toHex(account)
}

/** Null unless `bytes` are one. */
export function decodeAction(bytes: Uint8Array): SignedAction | null {
  if (bytes.length > ACTION_BYTES_MAX) return null
  const reader = new ByteReader(bytes)
  const type = reader.u8()
  const action = new types.Action(type, reader.u64())
  readFields(reader, action)
  const signature = reader.raw(SIGNATURE_BYTES)
  reader.end()
  return reader.failed ? null : new SignedAction(action, signature, keccakHex(bytes))
}

function readFields(reader: ByteReader, action: types.Action): void {
  switch (<i32>action.type) {
    case types.TRANSFER:
      action.to = reader.hex(20)
      action.amount = reader.u128()
      break
    case types.REGISTER_ROLLUP:
      action.spec = readRollupSpec(reader)
      break
    case types.CLOSE_ROLLUP:
      action.rollup = reader.u64()
      break
    case types.REGISTER_VALIDATOR:
      action.votePublicKey = reader.raw(PUBLIC_KEY_BYTES)
      action.proofOfPossession = reader.raw(VOTE_SIGNATURE_BYTES)
      action.networkKey = reader.raw(NETWORK_KEY_BYTES)
      action.stake = reader.u128()
      action.commissionBps = reader.u16()
      break
    case types.DELEGATE:
    case types.UNDELEGATE:
      action.validator = reader.u32()
      action.amount = reader.u128()
      break
    case types.REDELEGATE:
      action.validator = reader.u32()
      action.toValidator = reader.u32()
      action.amount = reader.u128()
      break
    case types.CLAIM:
      action.validator = reader.u32()
      break
    case types.SET_COMMISSION:
      action.commissionBps = reader.u16()
      break
    case types.EXIT_VALIDATOR:
    case types.UNJAIL:
      break
    case types.PUBLISH_CODE:
      action.code = reader.hex(32)
      action.codeBytes = reader.u32()
      action.part = reader.u32()
      action.data = reader.bytes(CODE_PART_BYTES)
      break
    case types.PROPOSE_RUNTIME:
    case types.APPROVE_RUNTIME:
      action.code = reader.hex(32)
      break
    default:
      reader.failed = true
  }
}

/** The salt binds an action to this genesis and fork. */
function domainSeparator(network: NetworkIdentity): Uint8Array {
  const fork = new ByteWriter().u32(network.forkId).finish()
  const salt = keccak256(concatBytes([fromHex(network.genesisHash), fork]))
  return hashDomain('Beacon Layer', '1', network.chainId, salt)
}
