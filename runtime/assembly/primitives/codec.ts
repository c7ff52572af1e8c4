/**
 * Fixed-width big-endian encoding of protocol objects. A reader is given bytes from strangers: it never reads past the end, and tells by `failed`
 * that the input isn't what was asked for; what it returned until then means nothing.
 */

import { fromHex, isUtf8, toHex, utf8 } from './bytes'
import { U256 } from './uint'

/** What most messages fit in. */
const CAPACITY = 256
/** The twin's integers are safe ones: up to 2^53 - 1. */
const SAFE_INTEGER_MAX: u64 = 0x1f_ffff_ffff_ffff

export class ByteWriter {
  private buffer: Uint8Array = new Uint8Array(CAPACITY)
  private length: i32 = 0

  u8(value: i64): ByteWriter {
    if (<u64>value > 0xff) unreachable()
    const at = this.advance(1)
    store<u8>(at, <u8>value)
    return this
  }

  u16(value: i64): ByteWriter {
    if (<u64>value > 0xffff) unreachable()
    store<u16>(this.advance(2), bswap(<u16>value))
    return this
  }

  u32(value: i64): ByteWriter {
    if (<u64>value > 0xffff_ffff) unreachable()
    store<u32>(this.advance(4), bswap(<u32>value))
    return this
  }

  u64(value: i64): ByteWriter {
    if (<u64>value > SAFE_INTEGER_MAX) unreachable()
    store<u64>(this.advance(8), bswap(<u64>value))
    return this
  }

  u128(value: U256): ByteWriter {
    if ((value.a2 | value.a3) != 0) unreachable()
    const at = this.advance(16)
    store<u64>(at, bswap(value.a1))
    store<u64>(at, bswap(value.a0), 8)
    return this
  }

  flag(value: bool): ByteWriter {
    return this.u8(value ? 1 : 0)
  }

  /** Bytes as they are; the reader must know their length. */
  raw(bytes: Uint8Array): ByteWriter {
    memory.copy(this.advance(bytes.length), bytes.dataStart, bytes.length)
    return this
  }

  /** 0x-hex of exactly `length` bytes. */
  hex(value: string, length: i32): ByteWriter {
    if (value.length != 2 + 2 * length) unreachable()
    return this.raw(fromHex(value))
  }

  /** Bytes behind a four-byte length. */
  bytes(value: Uint8Array): ByteWriter {
    return this.u32(value.length).raw(value)
  }

  /** UTF-8 behind a four-byte length. */
  text(value: string): ByteWriter {
    return this.bytes(utf8(value))
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  /** Makes room for `length` bytes, and returns where they begin. */
  private advance(length: i32): usize {
    const offset = this.length
    this.length += length
    if (this.length > this.buffer.length) {
      const grown = new Uint8Array(max(2 * this.buffer.length, this.length))
      grown.set(this.buffer.subarray(0, offset))
      this.buffer = grown
    }
    return this.buffer.dataStart + offset
  }
}

export class ByteReader {
  failed: bool = false
  private offset: i32 = 0

  constructor(private readonly input: Uint8Array) {}

  u8(): i64 {
    return this.has(1) ? <i64>load<u8>(this.advance(1)) : 0
  }

  u16(): i64 {
    return this.has(2) ? <i64>bswap(load<u16>(this.advance(2))) : 0
  }

  u32(): i64 {
    return this.has(4) ? <i64>bswap(load<u32>(this.advance(4))) : 0
  }

  /** Eight bytes; refused above 2^53 - 1. */
  u64(): i64 {
    if (!this.has(8)) return 0
    const value = bswap(load<u64>(this.advance(8)))
    if (value > SAFE_INTEGER_MAX) this.failed = true
    return <i64>value
  }

  u128(): U256 {
    if (!this.has(16)) return U256.ZERO
    const at = this.advance(16)
    return new U256(bswap(load<u64>(at, 8)), bswap(load<u64>(at)), 0, 0)
  }

  flag(): bool {
    const value = this.u8()
    if (value > 1) this.failed = true
    return value == 1
  }

  /** A copy of the next `length` bytes. */
  raw(length: i32): Uint8Array {
    if (!this.has(length)) return new Uint8Array(0)
    const bytes = new Uint8Array(length)
    memory.copy(bytes.dataStart, this.advance(length), length)
    return bytes
  }

  hex(length: i32): string {
    return toHex(this.raw(length))
  }

  /** Bytes behind a four-byte length of at most `lengthMax`. */
  bytes(lengthMax: i32): Uint8Array {
    const length = this.u32()
    if (length > lengthMax) this.failed = true
    return this.failed ? new Uint8Array(0) : this.raw(<i32>length)
  }

  /** Well-formed UTF-8 behind a four-byte length of at most `lengthMax` bytes. */
  text(lengthMax: i32): string {
    const bytes = this.bytes(lengthMax)
    if (!isUtf8(bytes)) this.failed = true
    return this.failed ? '' : String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length)
  }

  /** A list's two-byte count, of at most `max`; none if there are more. */
  count(max: i32): i32 {
    const count = <i32>this.u16()
    if (count > max) this.failed = true
    return this.failed ? 0 : count
  }

  /** Bytes not read yet. */
  get remaining(): i32 {
    return this.input.length - this.offset
  }

  /** Must be called last: trailing bytes make an encoding ambiguous. */
  end(): void {
    if (this.remaining != 0) this.failed = true
  }

  private has(length: i32): bool {
    if (length > this.remaining) this.failed = true
    return !this.failed
  }

  private advance(length: i32): usize {
    const at = this.input.dataStart + this.offset
    this.offset += length
    return at
  }
}
