/** Reads fields of an L1 node's JSON answers. Each function returns a checked value or throws DecodeError. */

import { type Hex, isHex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'

export type Fields = Readonly<Record<string, unknown>>

export function readFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new DecodeError('the L1 answered without an object')
  return value as Fields
}

export function readList(value: unknown, countMax: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > countMax) {
    throw new DecodeError(`the L1 answered without a list of at most ${countMax}`)
  }
  return value
}

/** Whole bytes, in lower case; of `length` bytes if given. */
export function readHex(value: unknown, length?: number): Hex {
  if (!isHex(value, length)) throw new DecodeError('the L1 answered with malformed bytes')
  return value.toLowerCase() as Hex
}

/** An integer without leading zeros, of at most 256 bits. */
export function readQuantity(value: unknown): bigint {
  if (typeof value !== 'string' || !/^0x(0|[1-9a-fA-F][0-9a-fA-F]{0,63})$/.test(value)) {
    throw new DecodeError('the L1 answered with a malformed integer')
  }
  return BigInt(value)
}

export function readNumber(value: unknown): number {
  const number = Number(readQuantity(value))
  if (!Number.isSafeInteger(number)) throw new DecodeError('the L1 answered with an integer above 2^53 - 1')
  return number
}

export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}
