import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lockOf, readRuntimeLock } from '../../../scripts/build-runtime.ts'
import { readShippedCode } from './shipped.ts'

test('the runtime was built to the bytes that the repository names; after a change of its sources `npm run build:runtime` names the new ones', () => {
  assert.deepEqual(lockOf(readShippedCode()), readRuntimeLock())
})
