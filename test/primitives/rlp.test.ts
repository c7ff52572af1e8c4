import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { RLP } from '@ethereumjs/rlp'
import fc from 'fast-check'
import { bigintToMinimalBytes, fromHex, toHex, utf8 } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import {
  decodeRlp,
  encodeRlp,
  RLP_DEPTH_MAX,
  type RlpItem,
  rlpBigint,
  rlpBytes,
  rlpList,
} from '../../src/primitives/rlp.ts'

interface Vector {
  readonly in: unknown
  readonly out: string
}

const vectors = (file: string): Record<string, Vector> =>
  JSON.parse(readFileSync(new URL(`../vectors/ethereum-tests/RLPTests/${file}`, import.meta.url), 'utf8'))

/** In the vectors a string is text (or "#" and a decimal integer), a number an integer. */
function itemOf(value: unknown): RlpItem {
  if (Array.isArray(value)) return value.map(itemOf)
  if (typeof value === 'number') return bigintToMinimalBytes(BigInt(value))
  const text = value as string
  return text.startsWith('#') ? bigintToMinimalBytes(BigInt(text.slice(1))) : utf8(text)
}

for (const [name, vector] of Object.entries(vectors('rlptest.json'))) {
  test(`encodes and decodes ethereum-tests' ${name}`, () => {
    const item = itemOf(vector.in)
    assert.equal(toHex(encodeRlp(item)), vector.out)
    assert.deepEqual(decodeRlp(fromHex(vector.out)), item)
  })
}

for (const [name, vector] of Object.entries(vectors('invalidRLPTest.json'))) {
  test(`refuses ethereum-tests' invalid ${name}`, () => {
    const hex = vector.out.startsWith('0x') ? vector.out : `0x${vector.out}`
    assert.throws(() => decodeRlp(fromHex(hex)), DecodeError)
  })
}

test("accepts ethereum-tests' random RLP", () => {
  for (const vector of Object.values(vectors('RandomRLPTests/example.json'))) {
    const bytes = fromHex(vector.out)
    if (vector.in === 'VALID') assert.deepEqual(encodeRlp(decodeRlp(bytes)), bytes)
    else assert.throws(() => decodeRlp(bytes), DecodeError)
  }
})

const { item: anyItem } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('item'), { maxLength: 8 }),
  ),
}))

test('agrees with @ethereumjs/rlp on any item, both ways', () => {
  fc.assert(
    fc.property(anyItem, (item) => {
      const bytes = encodeRlp(item)
      assert.deepEqual(bytes, RLP.encode(item as Parameters<typeof RLP.encode>[0]))
      assert.deepEqual(decodeRlp(bytes), item)
    }),
  )
})

test('whatever decodes is the one encoding of what came out, and nothing but DecodeError is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      let item: RlpItem
      try {
        item = decodeRlp(bytes)
      } catch (error) {
        return assert.ok(error instanceof DecodeError)
      }
      assert.deepEqual(encodeRlp(item), bytes)
    }),
    { numRuns: 2000 },
  )
})

test('refuses what nests deeper, or holds more items, than allowed', () => {
  const nested = (depth: number): RlpItem => (depth === 0 ? new Uint8Array(0) : [nested(depth - 1)])
  assert.deepEqual(decodeRlp(encodeRlp(nested(RLP_DEPTH_MAX))), nested(RLP_DEPTH_MAX))
  assert.throws(() => decodeRlp(encodeRlp(nested(RLP_DEPTH_MAX + 1))), DecodeError)
  const three = encodeRlp([Uint8Array.of(1), Uint8Array.of(2)])
  assert.equal((decodeRlp(three, 3) as RlpItem[]).length, 2)
  assert.throws(() => decodeRlp(three, 2), DecodeError)
})

test('readers of items check type, length and canonical integers', () => {
  const list = decodeRlp(encodeRlp([Uint8Array.of(1, 0), new Uint8Array(0), Uint8Array.of(0, 1)]))
  const items = rlpList(list, 3)
  assert.equal(rlpBigint(items[0]), 256n)
  assert.equal(rlpBigint(items[1]), 0n)
  assert.deepEqual(rlpBytes(items[0], 2), Uint8Array.of(1, 0))
  for (const misread of [
    () => rlpBigint(items[2]),
    () => rlpBigint(items[0], 1),
    () => rlpBytes(items[0], 3),
    () => rlpBytes(list),
    () => rlpBytes(items[3]),
    () => rlpList(list, 2),
    () => rlpList(items[0]),
  ]) {
    assert.throws(misread, DecodeError)
  }
})
