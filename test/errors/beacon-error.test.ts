import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BeaconError, isBeaconError } from '../../src/errors/beacon-error.ts'

const fields = { code: 'GAS1', name: 'GAS_SPENT', kind: 'check', message: 'm', hint: 'h' } as const

test('an error is explained in our documentation, unless it says where else', () => {
  assert.equal(new BeaconError(fields).docs, 'docs/errors.md#gas1')
  assert.equal(new BeaconError({ ...fields, docs: 'https://gas.example' }).docs, 'https://gas.example')
})

test('an error of another copy of the class is known as one, and others are not', () => {
  class OtherCopy extends Error {
    readonly code = 'GAS1'
    readonly kind = 'check'
    readonly hint = 'h'
  }
  assert.ok(isBeaconError(new BeaconError(fields)) && isBeaconError(new OtherCopy('m')))
  for (const other of [
    new Error('m'),
    Object.assign(new Error('m'), { code: 'ENOENT' }),
    { ...fields },
    null,
  ]) {
    assert.ok(!isBeaconError(other))
  }
})
