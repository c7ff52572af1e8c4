import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomId } from '../../src/rpc/random-id.ts'

const randomOf = (first: number) => ({
  bytes: (length: number) => new Uint8Array(length).fill(7).fill(first, 0, 1),
})

test('an id is a quantity, so it has no leading zeros', () => {
  assert.equal(randomId(randomOf(0x04)), `0x4${'07'.repeat(15)}`)
  assert.equal(randomId(randomOf(0x00)), `0x7${'07'.repeat(14)}`)
  assert.equal(randomId(randomOf(0xf4)), `0xf4${'07'.repeat(15)}`)
})
