import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesToBigint, fromHex, isHex, toHex } from '../../src/primitives/bytes.ts'
import { ByteReader, ByteWriter, decodeExactly } from '../../src/primitives/codec.ts'
import { decodeRlp, encodeRlp, RLP_DEPTH_MAX, type RlpItem } from '../../src/primitives/rlp.ts'
import { junk, strange } from './bytes.ts'
import { decodedOrRefused, fuzz } from './support.ts'

type Read = (reader: ByteReader) => unknown

/** One call of each of the reader's methods. */
const read: fc.Arbitrary<Read> = fc.letrec<{ read: Read }>((tie) => ({
  read: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Read>(
      (reader) => reader.u8(),
      (reader) => reader.u16(),
      (reader) => reader.u32(),
      (reader) => reader.u64(),
      (reader) => reader.u128(),
      (reader) => reader.text(1_000),
      (reader) => reader.bytes(0xffff_ffff),
    ),
    fc.nat(300).map(
      (length): Read =>
        (reader) =>
          reader.raw(length),
    ),
    fc.nat(300).map(
      (length): Read =>
        (reader) =>
          reader.hex(length),
    ),
    fc.tuple(fc.constantFrom(0, 3, 0xffff), tie('read')).map(
      ([max, item]): Read =>
        (reader) =>
          reader.list(max, item as Read),
    ),
  ),
})).read

fuzz(
  'whatever is read of whatever bytes, a reader gives values or a DecodeError',
  1_000,
  fc.property(junk, fc.array(read, { maxLength: 8 }), (bytes, reads) => {
    decodedOrRefused(
      (input: Uint8Array) => decodeExactly(input, (reader) => reads.map((one) => one(reader))),
      bytes,
    )
  }),
)

fuzz(
  'a length that goes beyond the input is refused before anything is allocated',
  500,
  fc.property(fc.constantFrom(0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 100_000_000), junk, (claimed, rest) => {
    const bytes = new ByteWriter().u32(claimed).raw(rest).finish()
    const claims: Read[] = [(reader) => reader.bytes(claimed), (reader) => reader.text(claimed)]
    for (const claim of claims) {
      assert.equal(
        decodedOrRefused((input: Uint8Array) => decodeExactly(input, claim), bytes),
        null,
      )
    }
  }),
)

test('what is read stays as it was when the input changes, also if that is a Buffer', () => {
  for (const input of [Buffer.from([1, 2, 3]), Uint8Array.of(1, 2, 3)]) {
    const read = new ByteReader(input).raw(3)
    input[0] = 9
    assert.deepEqual(read, Uint8Array.of(1, 2, 3))
  }
})

const rlpItem: fc.Arbitrary<RlpItem> = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.uint8Array({ maxLength: 70 }),
    fc.array(tie('item'), { maxLength: 6 }),
  ),
})).item

fuzz(
  'RLP that is accepted is the one encoding of what it says',
  2_000,
  fc.property(strange(rlpItem.map(encodeRlp)), (bytes) => {
    const item = decodedOrRefused((input: Uint8Array) => decodeRlp(input), bytes)
    if (item !== null) assert.deepEqual(encodeRlp(item), bytes)
  }),
)

fuzz(
  'RLP comes out as it went in',
  500,
  fc.property(rlpItem, (item) => {
    const bytes = encodeRlp(item)
    assert.deepEqual(encodeRlp(decodeRlp(bytes)), bytes)
  }),
)

fuzz(
  'RLP lists in lists overflow no stack, and many items take no more memory than they are allowed',
  50,
  fc.property(
    fc.nat(200_000),
    fc.nat(RLP_DEPTH_MAX + 2),
    fc.constantFrom(0x80, 0xc0),
    (count, depth, item) => {
      let bytes: Uint8Array = new Uint8Array(count).fill(item)
      for (let i = 0; i < depth; i++) bytes = Buffer.concat([lengthPrefix(bytes.length), bytes])
      decodedOrRefused((input: Uint8Array) => decodeRlp(input), bytes)
      decodedOrRefused((input: Uint8Array) => decodeRlp(input), new Uint8Array(count).fill(0xc1))
    },
  ),
)

fuzz(
  'hexadecimal is whole bytes or refused',
  1_000,
  fc.property(
    fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => `0x${text}`),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFxXg \u0000') }),
      junk.map(toHex),
    ),
    (text) => {
      const bytes = decodedOrRefused(fromHex, text, (error) => error instanceof RangeError)
      assert.equal(bytes !== null, isHex(text))
      if (bytes === null) return
      assert.equal(toHex(bytes), text.toLowerCase())
      assert.equal(bytesToBigint(bytes), bytes.length === 0 ? 0n : BigInt(text))
    },
  ),
)

/** The header of an RLP list of so many bytes. */
function lengthPrefix(length: number): Uint8Array {
  if (length < 56) return Uint8Array.of(0xc0 + length)
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Uint8Array.of(0xf7 + bytes.length), bytes])
}
