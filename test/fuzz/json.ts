/** JSON as strangers send it: as text, since a parsed value can't hold a key twice, and as what parsing makes of it. */

import fc from 'fast-check'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Numbers that JSON can write and programs trip over. */
const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '0.5',
  '1e999',
  '-1e999',
  '1e-7',
  '9007199254740991',
  '9007199254740993',
]
const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'toJSON', 'then', 'length', '']
const STRINGS = [
  '""',
  '"0x"',
  '"0x0"',
  '"0x1"',
  '"0xzz"',
  '"0x00"',
  `"0x${'f'.repeat(64)}"`,
  `"0x1${'0'.repeat(64)}"`,
  `"0x${'00'.repeat(20)}"`,
  `"0x${'11'.repeat(32)}"`,
  '"latest"',
  '"pending"',
  '"\\ud800"',
  '"\\u0000"',
  '"__proto__"',
]

const numberText = fc.oneof(fc.constantFrom(...NUMBERS), fc.bigInt().map(String), fc.double().map(numberOf))
const stringText = fc.oneof(
  fc.constantFrom(...STRINGS),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
)
const keyText = fc.oneof(fc.constantFrom(...KEYS), fc.string()).map((key) => JSON.stringify(key))

/** Well-formed, with keys given twice, keys of every object's own, numbers beyond any range, and halves of characters. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '{}', '[]'),
    numberText,
    stringText,
    fc.array(tie('value'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(keyText, tie('value')), { maxLength: 5 })
      .map((fields) => `{${fields.map(([key, value]) => `${key}:${value}`).join(',')}}`),
  ),
})).value

/** Lists in lists, or objects in objects. */
export const deepText: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(1, 10, 63, 64, 65, 1_000, 100_000), fc.boolean())
  .map(([depth, isList]) =>
    isList ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`,
  )

/** What parsing gives. */
export const anyJson: fc.Arbitrary<Json> = jsonText.map((text) => JSON.parse(text))

/** A value in which one to three parts, at any depth, are replaced by anything, removed, or put where they don't belong. */
export function mutatedJson(valid: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const replacement = fc.oneof(anyJson, fc.constant(undefined))
  const changes = fc.array(fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), replacement), {
    minLength: 1,
    maxLength: 3,
  })
  return fc.tuple(valid, changes).map(([value, all]) => {
    const copy = { root: structuredClone(value) }
    for (const [way, to] of all) replaceAt(copy, way, to)
    return copy.root ?? null
  })
}

/** Follows `way` through the fields as far as it leads; undefined removes what is there. */
function replaceAt(holder: { root: Json }, way: readonly number[], to: Json | undefined): void {
  let parent: Record<string, Json> = holder
  let key = 'root'
  for (const step of way) {
    const child = parent[key]
    const keys = typeof child === 'object' && child !== null ? Object.keys(child) : []
    if (keys.length === 0) break
    parent = child as Record<string, Json>
    key = keys[step % keys.length]!
  }
  if (to === undefined) delete parent[key]
  else Object.defineProperty(parent, key, { value: to, enumerable: true, configurable: true, writable: true })
}

/** As JSON has them. */
function numberOf(value: number): string {
  return Number.isFinite(value) ? String(value) : '1e400'
}
