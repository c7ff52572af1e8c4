/** EIP-712 hashing of the Beacon Layer's actions. */

import { ACTION_TYPES, Action, ALLOCATION_TYPE } from './action-types'
import * as types from './action-types'
import { concatBytes, fromHex, utf8 } from './primitives/bytes'
import { keccak256 } from './primitives/hash'
import { RollupSpec, VM_NAMES } from './primitives/rollup-spec'
import { U256 } from './primitives/uint'

const WORD = 32

/** The fields of a struct, 32 bytes each. */
class StructEncoder {
  private readonly words: Uint8Array[]

  constructor(type: string) {
    this.words = [keccak256(utf8(type))]
  }

  uint(value: i64): StructEncoder {
    return this.amount(U256.of(value))
  }

  amount(value: U256): StructEncoder {
    return this.word(value.toBytes())
  }

  address(value: string): StructEncoder {
    const padded = new Uint8Array(WORD)
    padded.set(fromHex(value), WORD - 20)
    return this.word(padded)
  }

  /** What has no fixed size goes in by its hash: bytes, text, lists. */
  bytes(value: Uint8Array): StructEncoder {
    return this.word(keccak256(value))
  }

  text(value: string): StructEncoder {
    return this.bytes(utf8(value))
  }

  word(value: Uint8Array): StructEncoder {
    this.words.push(value)
    return this
  }

  hash(): Uint8Array {
    return keccak256(concatBytes(this.words))
  }
}

/** What is signed: H(1901 || domain separator || struct hash). */
export function typedDataDigest(domainSeparator: Uint8Array, structHash: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(2)
  prefix[0] = 0x19
  prefix[1] = 0x01
  return keccak256(concatBytes([prefix, domainSeparator, structHash]))
}

export function hashDomain(name: string, version: string, chainId: i64, salt: Uint8Array): Uint8Array {
  return new StructEncoder('EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)')
    .text(name)
    .text(version)
    .uint(chainId)
    .word(salt)
    .hash()
}

export function hashAction(action: Action): Uint8Array {
  const struct = new StructEncoder(ACTION_TYPES[<i32>action.type])
  encodeFields(struct, action)
  return struct.uint(action.nonce).hash()
}

function encodeFields(struct: StructEncoder, action: Action): void {
  switch (<i32>action.type) {
    case types.TRANSFER:
      struct.address(action.to).amount(action.amount)
      break
    case types.REGISTER_ROLLUP:
      encodeSpec(struct, action.spec!)
      break
    case types.CLOSE_ROLLUP:
      struct.uint(action.rollup)
      break
    case types.REGISTER_VALIDATOR:
      struct
        .bytes(action.votePublicKey)
        .bytes(action.proofOfPossession)
        .word(action.networkKey)
        .amount(action.stake)
        .uint(action.commissionBps)
      break
    case types.DELEGATE:
    case types.UNDELEGATE:
      struct.uint(action.validator).amount(action.amount)
      break
    case types.REDELEGATE:
      struct.uint(action.validator).uint(action.toValidator).amount(action.amount)
      break
    case types.CLAIM:
      struct.uint(action.validator)
      break
    case types.SET_COMMISSION:
      struct.uint(action.commissionBps)
      break
    case types.PUBLISH_CODE:
      struct.word(fromHex(action.code)).uint(action.codeBytes).uint(action.part).bytes(action.data)
      break
    case types.PROPOSE_RUNTIME:
    case types.APPROVE_RUNTIME:
      struct.word(fromHex(action.code))
      break
  }
}

function encodeSpec(struct: StructEncoder, spec: RollupSpec): void {
  const allocations: Uint8Array[] = []
  for (let i = 0; i < spec.alloc.length; i++) {
    const allocation = new StructEncoder(ALLOCATION_TYPE)
    allocations.push(allocation.address(spec.alloc[i].address).amount(spec.alloc[i].balance).hash())
  }
  struct
    .text(spec.name)
    .uint(spec.chainId)
    .uint(spec.sequencers)
    .text(VM_NAMES[<i32>spec.vm])
    .uint(spec.blockTimeMs)
    .uint(spec.heartbeatMs)
    .uint(spec.gasLimit)
    .amount(spec.minStake)
    .uint(spec.devMethods ? 1 : 0)
    .uint(spec.lifetimeBlocks)
    .bytes(concatBytes(allocations))
}
