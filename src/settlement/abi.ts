/**
 * The part of the Solidity ABI that the inbox needs: calls whose arguments are words and byte strings, answers and events of words. A
 * validator doesn't load a general library for it. What an L1 node answers is checked like a stranger's: only DecodeError is thrown.
 */

import { bigintToBytes, concatBytes, fromHex, type Hex, toHex, utf8 } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { keccak256, keccakHex } from '../primitives/hash.ts'

/** An unsigned integer, a left-aligned word or right-aligned address as hex, or a dynamic `bytes`. */
export type AbiArgument = bigint | Hex | Uint8Array

const WORD = 32
const ADDRESS = 20

/** First four bytes of a call; `signature` is as in "headOf(uint64)". */
function selectorOf(signature: string): Uint8Array {
  return keccak256(utf8(signature)).subarray(0, 4)
}

/** First topic of an event. */
export function topicOf(signature: string): Hex {
  return keccakHex(utf8(signature))
}

export function encodeCall(signature: string, args: readonly AbiArgument[]): Uint8Array {
  return concatBytes(selectorOf(signature), encodeArguments(args))
}

/** A struct of static fields is its fields, in place. */
export function encodeArguments(args: readonly AbiArgument[]): Uint8Array {
  const heads: Uint8Array[] = []
  const tails: Uint8Array[] = []
  let offset = WORD * args.length
  for (const arg of args) {
    if (!(arg instanceof Uint8Array)) {
      heads.push(encodeWord(arg))
      continue
    }
    heads.push(encodeWord(BigInt(offset)))
    const tail = encodeTail(arg)
    tails.push(tail)
    offset += tail.length
  }
  return concatBytes(...heads, ...tails)
}

/** An integer or an address as the 32-byte hex that topics hold. */
export function wordOf(value: bigint | Hex): Hex {
  return toHex(encodeWord(value))
}

/** The words of an answer or of an event's data, exactly `count` of them. */
export function decodeWords(data: Hex, count: number): Hex[] {
  const digits = 2 * WORD
  if (data.length !== 2 + count * digits) throw new DecodeError(`expected ${count} words from the L1`)
  return Array.from({ length: count }, (_, i): Hex => `0x${data.slice(2 + i * digits, 2 + (i + 1) * digits)}`)
}

/** A word as a number; refused above 2^53 - 1. */
export function wordToNumber(word: Hex): number {
  const value = BigInt(word)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError('an integer above 2^53 - 1 from the L1')
  return Number(value)
}

function encodeWord(value: bigint | Hex): Uint8Array {
  if (typeof value === 'bigint') return bigintToBytes(value, WORD)
  const bytes = fromHex(value)
  if (bytes.length === WORD) return bytes
  if (bytes.length !== ADDRESS)
    throw new RangeError(`${bytes.length} bytes are neither a word nor an address`)
  return concatBytes(new Uint8Array(WORD - ADDRESS), bytes)
}

/** Length, then the bytes, padded to whole words. */
function encodeTail(bytes: Uint8Array): Uint8Array {
  const padding = (WORD - (bytes.length % WORD)) % WORD
  return concatBytes(bigintToBytes(BigInt(bytes.length), WORD), bytes, new Uint8Array(padding))
}
