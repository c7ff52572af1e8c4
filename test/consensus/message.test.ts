import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CHAIN_BLOCKS_MAX,
  decodeMessage,
  encodeMessage,
  MESSAGE_BYTES_MAX,
  type Message,
} from '../../src/consensus/message.ts'
import { decodeWalRecord, encodeWalRecord } from '../../src/consensus/wal.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { height } from '../../src/primitives/ids.ts'
import { message, record } from './arbitraries.ts'

test('every message survives its encoding', () => {
  fc.assert(
    fc.property(message, (sent) => {
      assert.deepEqual(decodeMessage(encodeMessage(sent)), sent)
    }),
  )
})

test('every record of the write-ahead log survives its encoding', () => {
  fc.assert(
    fc.property(record, (written) => {
      assert.deepEqual(decodeWalRecord(encodeWalRecord(written)), written)
    }),
  )
})

test('a message above the size limit is refused unread', () => {
  assert.throws(() => decodeMessage(new Uint8Array(MESSAGE_BYTES_MAX + 1)), DecodeError)
})

test('a chain request for no blocks, or for too many, is refused', () => {
  for (const max of [0, CHAIN_BLOCKS_MAX + 1]) {
    const request: Message = { type: 'chainRequest', fromHeight: height(1), max }
    assert.throws(() => decodeMessage(encodeMessage(request)), DecodeError)
  }
})
