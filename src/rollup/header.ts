/**
 * Ethereum block headers as of Prague: what wallets and explorers see of a rollup block, and what its consensus header commits to as
 * the application header. Votes are about the consensus header; this hash is `block.hash` in eth_* answers.
 */

import {
  bigintToMinimalBytes,
  bytesToBigint,
  concatBytes,
  fromHex,
  type Hex,
  toHex,
} from '../primitives/bytes.ts'
import { ByteWriter, DecodeError } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBigint, rlpBytes, rlpList } from '../primitives/rlp.ts'

/** The fields that vary; the rest are constants of a chain without uncles, blobs, withdrawals and requests. */
export interface EthereumHeader {
  readonly parentHash: Hex
  /** The proposer's account. */
  readonly beneficiary: Hex
  readonly stateRoot: Hex
  readonly transactionsRoot: Hex
  readonly receiptsRoot: Hex
  /** 256 B. */
  readonly logsBloom: Uint8Array
  readonly number: number
  readonly gasLimit: number
  readonly gasUsed: number
  /** Unix seconds; equal to the parent's is allowed. */
  readonly timestamp: number
  readonly prevRandao: Hex
  readonly baseFeePerGas: bigint
  readonly parentBeaconBlockRoot: Hex
}

export const EMPTY_OMMERS_HASH: Hex = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'
export const EMPTY_TRIE_ROOT: Hex = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
/** SHA-256 of nothing: EIP-7685's hash of no requests. */
export const EMPTY_REQUESTS_HASH: Hex = '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
export const NO_BLOCK_NONCE: Hex = '0x0000000000000000'
export const GENESIS_BASE_FEE = 1_000_000_000n

const FIELDS = 21
const NONE = new Uint8Array(0)
const BASE_FEE_CHANGE_DENOMINATOR = 8n
const ELASTICITY = 2

export function encodeEthereumHeader(header: EthereumHeader): Uint8Array {
  return encodeRlp([
    fromHex(header.parentHash, 32),
    fromHex(EMPTY_OMMERS_HASH),
    fromHex(header.beneficiary, 20),
    fromHex(header.stateRoot, 32),
    fromHex(header.transactionsRoot, 32),
    fromHex(header.receiptsRoot, 32),
    header.logsBloom,
    NONE, // difficulty
    minimal(header.number),
    minimal(header.gasLimit),
    minimal(header.gasUsed),
    minimal(header.timestamp),
    NONE, // extraData
    fromHex(header.prevRandao, 32),
    fromHex(NO_BLOCK_NONCE),
    bigintToMinimalBytes(header.baseFeePerGas),
    fromHex(EMPTY_TRIE_ROOT), // withdrawals
    NONE, // blob gas used
    NONE, // excess blob gas
    fromHex(header.parentBeaconBlockRoot, 32),
    fromHex(EMPTY_REQUESTS_HASH),
  ])
}

/** Throws DecodeError, also if a constant field isn't the constant: there is one encoding of one header. */
export function decodeEthereumHeader(bytes: Uint8Array): EthereumHeader {
  const fields = rlpList(decodeRlp(bytes, FIELDS + 1), FIELDS)
  const header: EthereumHeader = {
    parentHash: hash(fields[0]),
    beneficiary: toHex(rlpBytes(fields[2], 20)),
    stateRoot: hash(fields[3]),
    transactionsRoot: hash(fields[4]),
    receiptsRoot: hash(fields[5]),
    logsBloom: rlpBytes(fields[6], 256),
    number: integer(fields[8]),
    gasLimit: integer(fields[9]),
    gasUsed: integer(fields[10]),
    timestamp: integer(fields[11]),
    prevRandao: hash(fields[13]),
    baseFeePerGas: rlpBigint(fields[15]),
    parentBeaconBlockRoot: hash(fields[19]),
  }
  if (Buffer.compare(encodeEthereumHeader(header), bytes) !== 0) {
    throw new DecodeError('a constant field of the Ethereum header differs')
  }
  return header
}

/** `block.hash` of the block whose application header is `encoded`. */
export function ethereumHash(encoded: Uint8Array): Hex {
  return keccakHex(encoded)
}

/** EIP-1559: the base fee of the block after `parent`. */
export function nextBaseFee(parent: Pick<EthereumHeader, 'gasLimit' | 'gasUsed' | 'baseFeePerGas'>): bigint {
  const target = BigInt(Math.floor(parent.gasLimit / ELASTICITY))
  const fee = parent.baseFeePerGas
  const delta = BigInt(parent.gasUsed) - target
  if (delta === 0n || target === 0n) return fee
  const change = (fee * (delta < 0n ? -delta : delta)) / target / BASE_FEE_CHANGE_DENOMINATOR
  if (delta < 0n) return fee - change
  return fee + (change > 0n ? change : 1n)
}

/** H(mix || height): unpredictable until the Beacon block is, and another one for each rollup block that refers to it. */
export function computePrevRandao(mix: Hex, height: number): Hex {
  return keccakHex(concatBytes(fromHex(mix, 32), new ByteWriter().u64(height).finish()))
}

function minimal(value: number): Uint8Array {
  return bigintToMinimalBytes(BigInt(value))
}

function hash(item: RlpItem | undefined): Hex {
  return toHex(rlpBytes(item, 32))
}

function integer(item: RlpItem | undefined): number {
  const value = bytesToBigint(rlpBytes(item))
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError('integer above 2^53 - 1')
  return Number(value)
}
