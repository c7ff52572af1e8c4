/** Byte strings and their hexadecimal form. Values inside protocol objects: hashes and addresses are `Hex`, everything else bytes. */

/** A 0x-prefixed, lower-case hexadecimal string. */
export type Hex = `0x${string}`

const EMPTY = new Uint8Array(0)

/** Bytes as 0x-hex. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${asBuffer(bytes).toString('hex')}`
}

/** Strict inverse of {@link toHex}: throws a RangeError unless `hex` is 0x-prefixed, even and (if given) `length` bytes long. */
export function fromHex(hex: string, length?: number): Uint8Array {
  if (!isHex(hex)) throw new RangeError('not a 0x-prefixed hexadecimal string of whole bytes')
  if (length !== undefined && hex.length !== 2 + 2 * length) {
    throw new RangeError(`expected ${length} bytes of hexadecimal, got ${(hex.length - 2) / 2}`)
  }
  return new Uint8Array(Buffer.from(hex.slice(2), 'hex'))
}

/** Whether `value` is a 0x-prefixed hexadecimal string of whole bytes, of `length` bytes if given. */
export function isHex(value: unknown, length?: number): value is Hex {
  if (typeof value !== 'string' || value.length % 2 !== 0 || !/^0x[0-9a-fA-F]*$/.test(value)) return false
  return length === undefined || value.length === 2 + 2 * length
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 0) return EMPTY
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && asBuffer(a).equals(b)
}

/** Lexicographic order of two byte strings: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

/** Big-endian, left-padded to `length` bytes; throws a RangeError if `value` is negative or doesn't fit. */
export function bigintToBytes(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16)
  if (value < 0n || hex.length > 2 * length) throw new RangeError(`${value} does not fit ${length} bytes`)
  return new Uint8Array(Buffer.from(hex.padStart(2 * length, '0'), 'hex'))
}

/** Big-endian without leading zeros; zero is the empty string, as RLP and EIP-1559 want it. */
export function bigintToMinimalBytes(value: bigint): Uint8Array {
  if (value === 0n) return EMPTY
  const hex = value.toString(16)
  return new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'))
}

export function bytesToBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes))
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** One character a byte: the shortest string that can name bytes in a map. */
export function bytesToLatin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1')
}

/** A view, not a copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
