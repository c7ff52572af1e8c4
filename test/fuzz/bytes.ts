/** Bytes as strangers send them: none of ours at all, or ours with something changed. */

import fc from 'fast-check'

/** What a field that tells a length or a number is set to. */
const EXTREMES = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 64n - 1n,
]

export const junk: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 600, size: 'max' })

type Change = (bytes: Uint8Array, other: Uint8Array) => Uint8Array

/** `at` counts through the bytes as often as need be. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(7)).map(
    ([at, bit]): Change =>
      (bytes) =>
        written(bytes, at, (view, offset) => view.setUint8(offset, view.getUint8(offset) ^ (1 << bit)), 1),
  ),
  fc.tuple(fc.nat(), fc.nat(255)).map(
    ([at, byte]): Change =>
      (bytes) =>
        written(bytes, at, (view, offset) => view.setUint8(offset, byte), 1),
  ),
  fc.tuple(fc.nat(), fc.constantFrom(1, 2, 4, 8), fc.constantFrom(...EXTREMES)).map(
    ([at, width, value]): Change =>
      (bytes) =>
        written(bytes, at, (view, offset) => writeInteger(view, offset, width, value), width),
  ),
  fc.nat().map(
    (at): Change =>
      (bytes) =>
        bytes.slice(0, at % (bytes.length + 1)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map(
    (more): Change =>
      (bytes) =>
        joined(bytes, more),
  ),
  fc.tuple(fc.nat(), fc.nat(64)).map(
    ([at, length]): Change =>
      (bytes) => {
        const from = at % (bytes.length + 1)
        return joined(bytes.slice(0, from), bytes.slice(from + length))
      },
  ),
  fc.tuple(fc.nat(), fc.nat(64)).map(
    ([at, length]): Change =>
      (bytes) => {
        const from = at % (bytes.length + 1)
        return joined(bytes.slice(0, from + length), bytes.slice(from))
      },
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([at, otherAt]): Change =>
      (bytes, other) =>
        joined(bytes.slice(0, at % (bytes.length + 1)), other.slice(otherAt % (other.length + 1))),
  ),
)

/** A valid encoding after one to four changes: bits, bytes and integers overwritten, parts cut, doubled, and spliced with another's. */
export function mutated(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(valid, valid, fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([bytes, other, changes]) => changes.reduce((now, apply) => apply(now, other), bytes))
}

/** Of all kinds. */
export function strange(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.oneof({ arbitrary: mutated(valid), weight: 4 }, junk, valid)
}

export function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length, size: 'max' })
}

function written(
  bytes: Uint8Array,
  at: number,
  write: (view: DataView, offset: number) => void,
  width: number,
): Uint8Array {
  if (bytes.length < width) return bytes
  const copy = new Uint8Array(bytes)
  write(new DataView(copy.buffer), at % (bytes.length - width + 1))
  return copy
}

function writeInteger(view: DataView, offset: number, width: number, value: bigint): void {
  const truncated = BigInt.asUintN(8 * width, value)
  for (let i = 0; i < width; i++) {
    view.setUint8(offset + i, Number((truncated >> BigInt(8 * (width - 1 - i))) & 0xffn))
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
