/**
 * Signed Ethereum transactions. In: bytes from strangers. Out: a transaction whose encoding is canonical, whose chain id is this
 * rollup's and whose sender is recovered, once. Never looks at state: what a sender can afford is the mempool's and executor's matter.
 *
 * Types: legacy with EIP-155 replay protection, 1 (EIP-2930), 2 (EIP-1559), 4 (EIP-7702). No blobs: a rollup has no blob space. One type of its
 * own, which rollups for development accept, has no signature and names its sender instead (dev/keyless.ts).
 */

import { recoverAddress } from '../platform/secp256k1.ts'
import { bigintToMinimalBytes, type Hex, toHex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { keccak256 } from '../primitives/hash.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBigint, rlpBytes, rlpList } from '../primitives/rlp.ts'
import { type Authorization, readAuthorization } from './authorization.ts'

/** Of transactions without a signature. */
export const KEYLESS = 0x7d

export type TransactionType = 0 | 1 | 2 | 4 | typeof KEYLESS

export interface AccessListEntry {
  readonly address: Hex
  readonly storageKeys: readonly Hex[]
}

export interface Transaction {
  readonly type: TransactionType
  /** The encoding that was signed and hashed, as in blocks. */
  readonly raw: Uint8Array
  readonly hash: Hex
  readonly from: Hex
  readonly chainId: number
  readonly nonce: number
  readonly gasLimit: number
  /** Null creates a contract. */
  readonly to: Hex | null
  readonly value: bigint
  readonly data: Uint8Array
  /** Both are the gas price in types 0 and 1. */
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
  readonly accessList: readonly AccessListEntry[]
  /** Type 4 only. */
  readonly authorizations: readonly Authorization[]
  readonly yParity: 0 | 1
  readonly r: bigint
  readonly s: bigint
}

/** What execution needs of a transaction; a call, which nobody signed, has that too. */
export type Executable = Omit<Transaction, 'type' | 'raw' | 'hash' | 'chainId' | 'yParity' | 'r' | 's'>

/** What an empty block has room for (sequencer.ts); larger ones are refused before they are decoded. */
export const TRANSACTION_BYTES_MAX = 55 * 1024
/** Items of one transaction: an access list within the size limit has at most 4,000 keys. */
const RLP_ITEMS = 20_000
const CURVE_ORDER_HALF = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** Fields before the signature, by type. */
const UNSIGNED_FIELDS: Readonly<Record<TransactionType, number>> = { 0: 6, 1: 8, 2: 9, 4: 10, [KEYLESS]: 10 }
const NO_SIGNATURE = { yParity: 0, r: 0n, s: 0n } as const

/** Throws DecodeError, in the words of geth where clients look for them. */
export function decodeTransaction(
  raw: Uint8Array,
  chainId: number,
  bytesMax = TRANSACTION_BYTES_MAX,
): Transaction {
  if (raw.length > bytesMax) {
    throw new DecodeError(`oversized data: transaction size ${raw.length}, limit ${bytesMax}`)
  }
  const type = readType(raw)
  const items = decodeRlp(type === 0 ? raw : raw.subarray(1), RLP_ITEMS)
  if (type === KEYLESS) return keylessTransaction(raw, rlpList(items, UNSIGNED_FIELDS[type]), chainId)
  const fields = rlpList(items, UNSIGNED_FIELDS[type] + 3)
  const signature = type === 0 ? legacySignature(fields, chainId) : typedSignature(fields, chainId)
  const unsigned = fields.slice(0, UNSIGNED_FIELDS[type])
  const from = recoverAddress(signingHash(type, unsigned, chainId), signature)
  if (from === null) throw new DecodeError('invalid sender: the signature fits no key')
  return {
    type,
    raw,
    hash: toHex(keccak256(raw)),
    from,
    chainId,
    ...signature,
    ...readFields(type, unsigned, chainId),
  }
}

function keylessTransaction(raw: Uint8Array, fields: readonly RlpItem[], chainId: number): Transaction {
  checkChainId(fields, chainId)
  const from = toHex(rlpBytes(fields.at(-1), 20))
  const hash = toHex(keccak256(raw))
  return { type: KEYLESS, raw, hash, from, chainId, ...NO_SIGNATURE, ...readFields(KEYLESS, fields, chainId) }
}

/** keccak256(type || RLP of the unsigned fields); legacy ones append (chain id, 0, 0) as EIP-155 has it. */
function signingHash(type: TransactionType, unsigned: readonly RlpItem[], chainId: number): Uint8Array {
  if (type !== 0) return keccak256(Uint8Array.of(type), encodeRlp(unsigned))
  const none = new Uint8Array(0)
  return keccak256(encodeRlp([...unsigned, bigintToMinimalBytes(BigInt(chainId)), none, none]))
}

type Fields = Omit<Transaction, 'type' | 'raw' | 'hash' | 'from' | 'chainId' | 'yParity' | 'r' | 's'>

/** The unsigned fields: [chainId,] nonce, price or (tip, cap), gas, to, value, data [, access list [, authorizations]]. */
function readFields(type: TransactionType, unsigned: readonly RlpItem[], chainId: number): Fields {
  const items = type === 0 ? unsigned : unsigned.slice(1)
  const hasTip = type === 2 || type === 4 || type === KEYLESS
  const price = rlpBigint(items[1])
  const [gasLimit, to, value, data, accessList, authorizations] = items.slice(hasTip ? 3 : 2)
  const fields = {
    nonce: readSafeInteger(items[0], 'nonce'),
    maxPriorityFeePerGas: price,
    maxFeePerGas: hasTip ? rlpBigint(items[2]) : price,
    gasLimit: readSafeInteger(gasLimit, 'gas limit'),
    to: readRecipient(to),
    value: rlpBigint(value),
    data: rlpBytes(data),
    accessList: type === 0 ? [] : rlpList(accessList).map(readAccessListEntry),
    authorizations: type === 4 ? rlpList(authorizations).map((item) => readAuthorization(item, chainId)) : [],
  }
  if (type === 4 && fields.to === null) throw new DecodeError('set code transaction must not be a create')
  if (type === 4 && fields.authorizations.length === 0) {
    throw new DecodeError('set code transaction must not have an empty auth list')
  }
  return fields
}

function readType(raw: Uint8Array): TransactionType {
  const first = raw[0]
  if (first === undefined) throw new DecodeError('an empty transaction')
  if (first >= 0xc0) return 0
  if (first === 1 || first === 2 || first === 4 || first === KEYLESS) return first
  if (first === 3) throw new DecodeError('transaction type not supported: rollups have no blob space')
  throw new DecodeError('transaction type not supported')
}

interface Signature {
  readonly yParity: 0 | 1
  readonly r: bigint
  readonly s: bigint
}

function legacySignature(fields: readonly RlpItem[], chainId: number): Signature {
  const v = rlpBigint(fields[6])
  if (v === 27n || v === 28n) {
    throw new DecodeError('only replay-protected (EIP-155) transactions allowed over RPC')
  }
  const parity = v - 35n - 2n * BigInt(chainId)
  if (parity !== 0n && parity !== 1n) throw new DecodeError(`invalid chain id for signer: want ${chainId}`)
  return checkSignature(parity, rlpBigint(fields[7]), rlpBigint(fields[8]))
}

function typedSignature(fields: readonly RlpItem[], chainId: number): Signature {
  checkChainId(fields, chainId)
  const [yParity, r, s] = fields.slice(-3)
  return checkSignature(rlpBigint(yParity), rlpBigint(r), rlpBigint(s))
}

function checkChainId(fields: readonly RlpItem[], chainId: number): void {
  const signedFor = rlpBigint(fields[0])
  if (signedFor !== BigInt(chainId)) {
    throw new DecodeError(`invalid chain id for signer: have ${signedFor} want ${chainId}`)
  }
}

/** EIP-2: of the two values of s that sign the same, only the low one is valid. */
function checkSignature(yParity: bigint, r: bigint, s: bigint): Signature {
  if (yParity > 1n || r === 0n || s === 0n || s > CURVE_ORDER_HALF) {
    throw new DecodeError('invalid transaction v, r, s values')
  }
  return { yParity: yParity === 0n ? 0 : 1, r, s }
}

function readAccessListEntry(item: RlpItem): AccessListEntry {
  const [address, keys] = rlpList(item, 2)
  return {
    address: toHex(rlpBytes(address, 20)),
    storageKeys: rlpList(keys).map((key) => toHex(rlpBytes(key, 32))),
  }
}

function readRecipient(item: RlpItem | undefined): Hex | null {
  const bytes = rlpBytes(item)
  if (bytes.length === 0) return null
  return toHex(rlpBytes(item, 20))
}

function readSafeInteger(item: RlpItem | undefined, name: string): number {
  const value = rlpBigint(item, 8)
  if (value >= BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError(`${name} too high`)
  return Number(value)
}
