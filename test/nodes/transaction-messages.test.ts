import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAYLOAD_BYTES_MAX } from '../../src/network/envelope.ts'
import {
  decodeTransactions,
  encodeTransactions,
  TRANSACTION_BYTES_MAX,
  TRANSACTIONS_MAX,
} from '../../src/nodes/transaction-messages.ts'

test('however many transactions come at once, each message is within its bounds and nothing is lost', () => {
  const raw = [
    ...Array.from({ length: 1_200 }, (_, i) => new Uint8Array(110).fill(i & 0xff)),
    ...Array.from({ length: 20 }, () => new Uint8Array(TRANSACTION_BYTES_MAX)),
  ]
  const messages = encodeTransactions(raw)
  for (const message of messages) assert.ok(message.length <= PAYLOAD_BYTES_MAX.transactions)
  const decoded = messages.map(decodeTransactions)
  for (const one of decoded) assert.ok(one.length <= TRANSACTIONS_MAX)
  assert.deepEqual(decoded.flat(), raw)
})

test('one that no peer would take is left out', () => {
  const small = Uint8Array.of(1)
  const messages = encodeTransactions([new Uint8Array(TRANSACTION_BYTES_MAX + 1), small])
  assert.deepEqual(messages.flatMap(decodeTransactions), [small])
  assert.deepEqual(encodeTransactions([]), [])
})
