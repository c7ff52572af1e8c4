/**
 * What a rollup for development can be told to do, beside executing transactions: as calls of functions of the dev account, in Solidity's ABI,
 * so that explorers can show them. In: bytes from strangers, of which each instruction has exactly one encoding. Pure.
 */

import {
  bigintToBytes,
  bytesToBigint,
  concatBytes,
  equalBytes,
  type Hex,
  toHex,
  utf8,
} from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'

/** Names and types of the parameters, in order. */
const FUNCTIONS = {
  /** Ends the block that it is in, which has the transactions that waited. */
  mine: [],
  setBalance: ['address', 'uint256'],
  setNonce: ['address', 'uint256'],
  setCode: ['address', 'bytes'],
  setStorageAt: ['address', 'bytes32', 'bytes32'],
  /** Seconds. */
  increaseTime: ['uint256'],
  /** Unix seconds of the next block with a transaction, or that is mined. */
  setNextTimestamp: ['uint256'],
  /** Seconds from one such block to the next; 0: as time passes. */
  setTimestampInterval: ['uint256'],
  /** Of the next such block, as are the two below. */
  setNextBaseFee: ['uint256'],
  setNextPrevRandao: ['bytes32'],
  /** Of all blocks from the next on; nobody: the proposer. */
  setCoinbase: ['address'],
  setGasLimit: ['uint256'],
  /** Whether transactions get into blocks by themselves. */
  setAutomine: ['bool'],
  /** Transactions from that account need no signature. */
  setImpersonated: ['address', 'bool'],
  setAutoImpersonate: ['bool'],
  /** Takes all accounts back to where they were after the block of that number. */
  revertTo: ['uint256'],
  /** Forgets a transaction that waits. */
  dropTransaction: ['bytes32'],
} as const

interface ValueOfType {
  readonly address: Hex
  readonly uint256: bigint
  readonly bytes32: Hex
  readonly bool: boolean
  readonly bytes: Uint8Array
}

type Type = keyof ValueOfType
export type InstructionName = keyof typeof FUNCTIONS
type ValuesOf<Types extends readonly Type[]> = { readonly [Index in keyof Types]: ValueOfType[Types[Index]] }

export type Instruction = {
  [Name in InstructionName]: { readonly name: Name; readonly values: ValuesOf<(typeof FUNCTIONS)[Name]> }
}[InstructionName]

const SELECTOR_BYTES = 4
const WORD_BYTES = 32
const NAMES = Object.keys(FUNCTIONS) as InstructionName[]

const SELECTORS: Readonly<Record<InstructionName, Uint8Array>> = Object.fromEntries(
  NAMES.map((name) => [
    name,
    keccak256(utf8(`${name}(${FUNCTIONS[name].join(',')})`)).subarray(0, SELECTOR_BYTES),
  ]),
) as Record<InstructionName, Uint8Array>

/** The call's data. */
export function encodeInstruction({ name, values }: Instruction): Uint8Array {
  const types: readonly Type[] = FUNCTIONS[name]
  const heads: Uint8Array[] = []
  const tails: Uint8Array[] = []
  let tailAt = types.length * WORD_BYTES
  for (const index of types.keys()) {
    const value = values[index] as ValueOfType[Type]
    if (!(value instanceof Uint8Array)) {
      heads.push(word(value))
      continue
    }
    const tail = tailOf(value)
    heads.push(word(BigInt(tailAt)))
    tails.push(tail)
    tailAt += tail.length
  }
  return concatBytes(SELECTORS[name], ...heads, ...tails)
}

/** Null if `data` is no instruction, or not its one encoding. */
export function decodeInstruction(data: Uint8Array): Instruction | null {
  const selector = data.subarray(0, SELECTOR_BYTES)
  const name = NAMES.find((one) => equalBytes(SELECTORS[one], selector))
  if (name === undefined) return null
  const body = data.subarray(SELECTOR_BYTES)
  const types: readonly Type[] = FUNCTIONS[name]
  const values = types.map((type, index) => readValue(body, index * WORD_BYTES, type))
  const instruction = { name, values } as unknown as Instruction
  return equalBytes(encodeInstruction(instruction), data) ? instruction : null
}

/** Whatever it gives for bytes that aren't there, or aren't zero where they should be, is encoded in another way. */
function readValue(body: Uint8Array, at: number, type: Type): ValueOfType[Type] {
  const bytes = body.subarray(at, at + WORD_BYTES)
  if (type === 'bytes') {
    const offset = readOffset(body, at)
    const start = offset + WORD_BYTES
    return body.subarray(start, start + readOffset(body, offset))
  }
  if (type === 'address') return `0x${toHex(bytes).slice(26).padStart(40, '0')}`
  if (type === 'bytes32') return `0x${toHex(bytes).slice(2).padStart(64, '0')}`
  const number = bytesToBigint(bytes)
  return type === 'bool' ? number === 1n : number
}

function readOffset(body: Uint8Array, at: number): number {
  return Math.min(Number(bytesToBigint(body.subarray(at, at + WORD_BYTES))), body.length)
}

function word(value: Exclude<ValueOfType[Type], Uint8Array>): Uint8Array {
  return bigintToBytes(BigInt(value), WORD_BYTES)
}

/** Its length, then the bytes with zeros up to a whole word. */
function tailOf(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(WORD_BYTES + Math.ceil(bytes.length / WORD_BYTES) * WORD_BYTES)
  padded.set(word(BigInt(bytes.length)))
  padded.set(bytes, WORD_BYTES)
  return padded
}
