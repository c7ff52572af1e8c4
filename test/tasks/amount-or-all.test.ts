import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_TOKENS } from '../../src/beacon/action-types.ts'
import { amountOrAll } from '../../src/tasks/amount-or-all.ts'

test('an amount is itself, and all is whatever there is', () => {
  assert.equal(amountOrAll({ amount: 5n, all: false }), 5n)
  assert.equal(amountOrAll({ amount: undefined, all: true }), ALL_TOKENS)
})

test('neither and both are refused', () => {
  assert.throws(() => amountOrAll({ amount: undefined, all: false }), { code: 'X308' })
  assert.throws(() => amountOrAll({ amount: 5n, all: true }), { code: 'X308' })
})
