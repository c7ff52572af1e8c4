/**
 * Ethereum's Recursive Length Prefix encoding. In: byte strings and lists of them, or bytes from strangers. Out: the one canonical
 * encoding, or its items. A decoder never allocates more than the caller's item bound allows and throws nothing but DecodeError.
 */

import { bytesToBigint } from './bytes.ts'
import { DecodeError } from './codec.ts'

export type RlpItem = Uint8Array | readonly RlpItem[]

/** Items (lists and strings, nested ones too) of one input, unless the caller says otherwise: each costs about 100 B of memory. */
const RLP_ITEMS_MAX = 100_000
/** Lists within lists; the deepest Ethereum object, an access list in a transaction in a block, has 6. */
export const RLP_DEPTH_MAX = 32

const STRING = 0x80
const LIST = 0xc0

export function encodeRlp(item: RlpItem): Uint8Array {
  const payloads: number[] = []
  const bytes = new Uint8Array(measure(item, payloads))
  write(item, bytes, 0, payloads, { next: 0 })
  return bytes
}

/** The item that `bytes` encode. Strings in it are views of `bytes`, not copies. */
export function decodeRlp(bytes: Uint8Array, itemsMax = RLP_ITEMS_MAX): RlpItem {
  const budget = { items: itemsMax }
  const { item, end } = readItem(bytes, 0, bytes.length, 0, budget)
  if (end !== bytes.length) throw new DecodeError(`${bytes.length - end} bytes after the RLP item`)
  return item
}

/** `item` as a list, of exactly `count` items if given. */
export function rlpList(item: RlpItem | undefined, count?: number): readonly RlpItem[] {
  if (item === undefined || item instanceof Uint8Array) throw new DecodeError('expected an RLP list')
  if (count !== undefined && item.length !== count) {
    throw new DecodeError(`expected an RLP list of ${count}, got ${item.length}`)
  }
  return item
}

/** `item` as a string, of exactly `length` bytes if given. */
export function rlpBytes(item: RlpItem | undefined, length?: number): Uint8Array {
  if (!(item instanceof Uint8Array)) throw new DecodeError('expected an RLP string')
  if (length !== undefined && item.length !== length) {
    throw new DecodeError(`expected ${length} bytes, got ${item.length}`)
  }
  return item
}

/** `item` as an integer of at most `bytesMax` bytes without leading zeros. */
export function rlpBigint(item: RlpItem | undefined, bytesMax = 32): bigint {
  const bytes = rlpBytes(item)
  if (bytes.length > bytesMax) throw new DecodeError(`an integer of more than ${bytesMax} bytes`)
  if (bytes[0] === 0) throw new DecodeError('an integer with leading zeros')
  return bytesToBigint(bytes)
}

/** Length of the encoding of a string. */
export function rlpStringLength(bytes: Uint8Array): number {
  if (bytes.length === 1 && bytes[0]! < STRING) return 1
  return rlpHeaderLength(bytes.length) + bytes.length
}

/** Length of the header before a payload of `length` bytes. */
export function rlpHeaderLength(length: number): number {
  return length < 56 ? 1 : 1 + lengthOfLength(length)
}

/** Writes a string's encoding at `offset` and returns where it ends. */
export function writeRlpString(out: Uint8Array, offset: number, bytes: Uint8Array): number {
  if (bytes.length === 1 && bytes[0]! < STRING) {
    out[offset] = bytes[0]!
    return offset + 1
  }
  const start = writeHeader(out, offset, STRING, bytes.length)
  out.set(bytes, start)
  return start + bytes.length
}

/** Writes the header of a string of `length` bytes (not of a single one below 0x80, which has none) and returns where it begins. */
export function writeRlpStringHeader(out: Uint8Array, offset: number, length: number): number {
  return writeHeader(out, offset, STRING, length)
}

/** Writes the header of a list whose items take `length` bytes and returns where they begin. */
export function writeRlpListHeader(out: Uint8Array, offset: number, length: number): number {
  return writeHeader(out, offset, LIST, length)
}

function writeHeader(out: Uint8Array, offset: number, kind: number, length: number): number {
  if (length < 56) {
    out[offset] = kind + length
    return offset + 1
  }
  const width = lengthOfLength(length)
  out[offset] = kind + 55 + width
  for (let i = width, rest = length; i > 0; i--, rest = Math.floor(rest / 256)) out[offset + i] = rest & 0xff
  return offset + 1 + width
}

function lengthOfLength(length: number): number {
  let width = 1
  for (let rest = length; rest > 0xff; rest = Math.floor(rest / 256)) width++
  return width
}

/** Length of the encoding; the payload length of every list is pushed in the order in which `write` meets them. */
function measure(item: RlpItem, payloads: number[]): number {
  if (item instanceof Uint8Array) return rlpStringLength(item)
  const slot = payloads.push(0) - 1
  let payload = 0
  for (const child of item) payload += measure(child, payloads)
  payloads[slot] = payload
  return rlpHeaderLength(payload) + payload
}

function write(
  item: RlpItem,
  out: Uint8Array,
  offset: number,
  payloads: number[],
  cursor: { next: number },
): number {
  if (item instanceof Uint8Array) return writeRlpString(out, offset, item)
  let end = writeRlpListHeader(out, offset, payloads[cursor.next++]!)
  for (const child of item) end = write(child, out, end, payloads, cursor)
  return end
}

/** The item that begins at `offset` and ends at or before `limit`. */
function readItem(
  bytes: Uint8Array,
  offset: number,
  limit: number,
  depth: number,
  budget: { items: number },
): { item: RlpItem; end: number } {
  if (--budget.items < 0) throw new DecodeError('too many RLP items')
  const { isList, start, end } = readHeader(bytes, offset, limit)
  if (!isList) return { item: bytes.subarray(start, end), end }
  if (depth >= RLP_DEPTH_MAX) throw new DecodeError('RLP lists nested too deep')
  const items: RlpItem[] = []
  for (let at = start; at < end; ) {
    const child = readItem(bytes, at, end, depth + 1, budget)
    items.push(child.item)
    at = child.end
  }
  return { item: items, end }
}

function readHeader(bytes: Uint8Array, offset: number, limit: number) {
  if (offset >= limit) throw new DecodeError('unexpected end of RLP')
  const first = bytes[offset]!
  if (first < STRING) return { isList: false, start: offset, end: offset + 1 }
  const isList = first >= LIST
  const short = first - (isList ? LIST : STRING)
  const start = short < 56 ? offset + 1 : offset + 1 + (short - 55)
  const length = short < 56 ? short : readLength(bytes, offset + 1, start, limit)
  if (length > limit - start) throw new DecodeError('an RLP item exceeds its surroundings')
  if (!isList && length === 1 && bytes[start]! < STRING) {
    throw new DecodeError('an RLP byte below 0x80 behind a header')
  }
  return { isList, start, end: start + length }
}

function readLength(bytes: Uint8Array, from: number, to: number, limit: number): number {
  if (to > limit) throw new DecodeError('unexpected end of RLP')
  if (bytes[from] === 0) throw new DecodeError('an RLP length with leading zeros')
  if (to - from > 6) throw new DecodeError('an RLP length above 2^48')
  let length = 0
  for (let i = from; i < to; i++) length = length * 256 + bytes[i]!
  if (length < 56) throw new DecodeError('a short RLP item with a long header')
  return length
}
