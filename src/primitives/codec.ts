/**
 * Fixed-width big-endian encoding of protocol objects. A reader is given bytes from strangers: it never reads past the end, never
 * allocates more than the input's own length, and throws nothing but DecodeError.
 */

import { type Hex, toHex } from './bytes.ts'

/** The input is not an encoding of what was asked for. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** What most messages fit in; from Node's pool, so it costs little. */
const CAPACITY = 512
const TWO_POW_32 = 2 ** 32

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(CAPACITY)
  #length = 0

  u8(value: number): this {
    return this.#integer(value, 1)
  }

  u16(value: number): this {
    return this.#integer(value, 2)
  }

  u32(value: number): this {
    return this.#integer(value, 4)
  }

  /** A safe integer as eight bytes. */
  u64(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`${value} is not an unsigned safe integer`)
    return this.u32(Math.floor(value / TWO_POW_32)).u32(value % TWO_POW_32)
  }

  u128(value: bigint): this {
    if (value < 0n || value >> 128n !== 0n) throw new RangeError(`${value} does not fit 128 bits`)
    const offset = this.#advance(16)
    this.#bytes.writeBigUInt64BE(value >> 64n, offset)
    this.#bytes.writeBigUInt64BE(value & 0xffff_ffff_ffff_ffffn, offset + 8)
    return this
  }

  flag(value: boolean): this {
    return this.u8(value ? 1 : 0)
  }

  /** Bytes as they are; the reader must know their length. */
  raw(bytes: Uint8Array): this {
    const offset = this.#advance(bytes.length)
    this.#bytes.set(bytes, offset)
    return this
  }

  /** 0x-hex of exactly `length` bytes. */
  hex(value: Hex, length: number): this {
    const offset = this.#advance(length)
    if (value.length !== 2 + 2 * length || this.#bytes.write(value.slice(2), offset, 'hex') !== length)
      throw new RangeError(`expected ${length} bytes of hexadecimal`)
    return this
  }

  /** Bytes behind a four-byte length. */
  bytes(value: Uint8Array): this {
    return this.u32(value.length).raw(value)
  }

  /** UTF-8 behind a four-byte length. */
  text(value: string): this {
    return this.bytes(new TextEncoder().encode(value))
  }

  /** Items behind a two-byte count. */
  list<Item>(items: readonly Item[], write: (writer: this, item: Item) => void): this {
    this.u16(items.length)
    for (const item of items) write(this, item)
    return this
  }

  /** A copy with a buffer of its own, which may go to another thread. */
  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length))
  }

  #integer(value: number, width: 1 | 2 | 4): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
      throw new RangeError(`${value} does not fit ${8 * width} bits`)
    }
    const offset = this.#advance(width)
    this.#bytes.writeUIntBE(value, offset, width)
    return this
  }

  /** Makes room for `length` bytes, and returns where they begin. */
  #advance(length: number): number {
    const offset = this.#length
    this.#length += length
    if (this.#length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length))
      grown.set(this.#bytes.subarray(0, offset))
      this.#bytes = grown
    }
    return offset
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #data: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(): number {
    return this.#data.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#data.getUint16(this.#advance(2))
  }

  u32(): number {
    return this.#data.getUint32(this.#advance(4))
  }

  /** Eight bytes; refused above 2^53 - 1. */
  u64(): number {
    const value = this.u32() * TWO_POW_32 + this.u32()
    if (value > Number.MAX_SAFE_INTEGER) throw new DecodeError('integer above 2^53 - 1')
    return value
  }

  u128(): bigint {
    const offset = this.#advance(16)
    return (this.#data.getBigUint64(offset) << 64n) | this.#data.getBigUint64(offset + 8)
  }

  /** 0 or 1. */
  flag(): boolean {
    const value = this.u8()
    if (value > 1) throw new DecodeError('a flag is 0 or 1')
    return value === 1
  }

  /** A copy of the next `length` bytes; of a Buffer too, whose own `slice` gives a view. */
  raw(length: number): Uint8Array {
    const offset = this.#advance(length)
    return new Uint8Array(this.#bytes.subarray(offset, offset + length))
  }

  hex(length: number): Hex {
    const offset = this.#advance(length)
    return toHex(this.#bytes.subarray(offset, offset + length))
  }

  /** Bytes behind a four-byte length of at most `lengthMax`. */
  bytes(lengthMax: number): Uint8Array {
    const length = this.u32()
    if (length > lengthMax) throw new DecodeError(`${length} bytes where at most ${lengthMax} are allowed`)
    return this.raw(length)
  }

  /** Well-formed UTF-8 behind a four-byte length of at most `lengthMax` bytes. */
  text(lengthMax: number): string {
    try {
      // A byte order mark is kept: dropped, two encodings would have one value.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(lengthMax))
    } catch (cause) {
      throw cause instanceof DecodeError ? cause : new DecodeError('malformed UTF-8', { cause })
    }
  }

  /** Items behind a two-byte count of at most `countMax`. */
  list<Item>(countMax: number, read: (reader: this) => Item): Item[] {
    const count = this.u16()
    if (count > countMax) throw new DecodeError(`${count} items where at most ${countMax} are allowed`)
    const items: Item[] = []
    for (let i = 0; i < count; i++) items.push(read(this))
    return items
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  /** Must be called last: trailing bytes make an encoding ambiguous. */
  end(): void {
    if (this.remaining !== 0) throw new DecodeError(`${this.remaining} bytes after the end`)
  }

  #advance(length: number): number {
    const offset = this.#offset
    if (length > this.#bytes.length - offset) throw new DecodeError('unexpected end of input')
    this.#offset = offset + length
    return offset
  }
}

/** Reads exactly one value from `bytes`; a RangeError from a value's own checks becomes a DecodeError. */
export function decodeExactly<Value>(bytes: Uint8Array, read: (reader: ByteReader) => Value): Value {
  const reader = new ByteReader(bytes)
  try {
    const value = read(reader)
    reader.end()
    return value
  } catch (cause) {
    throw cause instanceof DecodeError ? cause : new DecodeError(String(cause), { cause })
  }
}
