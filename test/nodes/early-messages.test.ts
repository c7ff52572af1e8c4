import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EARLY_BYTES_MAX, EARLY_MESSAGES_PER_PEER, EarlyMessages } from '../../src/nodes/early-messages.ts'
import type { Hex } from '../../src/primitives/bytes.ts'

const message = (instanceKey: string, from: Hex, byte: number, length = 1) => ({
  instanceKey,
  from,
  bytes: new Uint8Array(length).fill(byte),
})
const firstBytes = (messages: readonly { bytes: Uint8Array }[]) => messages.map(({ bytes }) => bytes[0])

test('early messages are given out once, for their instance, in their order', () => {
  const early = new EarlyMessages()
  early.keep(message('1-2-0', '0xaa', 1))
  early.keep(message('1-3-0', '0xaa', 2))
  early.keep(message('1-2-0', '0xbb', 3))
  assert.deepEqual(firstBytes(early.take('1-2-0')), [1, 3])
  assert.deepEqual(early.take('1-2-0'), [])
  assert.deepEqual(firstBytes(early.take('1-3-0')), [2])
})

test('a peer that sends many drives out its own only', () => {
  const early = new EarlyMessages()
  early.keep(message('1-2-0', '0xaa', 7))
  for (let i = 0; i <= EARLY_MESSAGES_PER_PEER; i++) early.keep(message('1-2-0', '0xbb', i))
  const kept = firstBytes(early.take('1-2-0'))
  assert.equal(kept.length, EARLY_MESSAGES_PER_PEER + 1)
  assert.deepEqual(kept.slice(0, 3), [7, 1, 2])
})

test('large ones drive out the oldest', () => {
  const early = new EarlyMessages()
  const third = Math.floor(EARLY_BYTES_MAX / 3)
  for (const [i, peer] of (['0xaa', '0xbb', '0xcc', '0xdd'] as const).entries()) {
    early.keep(message('1-2-0', peer, i, third))
  }
  assert.deepEqual(firstBytes(early.take('1-2-0')), [1, 2, 3])
})
