import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closestTo } from '../../src/primitives/spelling.ts'

const WORDS = ['validators', 'seed', 'rollups', 'ports']

test('guesses the word that a slip was meant to be', () => {
  assert.equal(closestTo('validator', WORDS), 'validators')
  assert.equal(closestTo('Rollup', WORDS), 'rollups')
  assert.equal(closestTo('sede', WORDS), 'seed')
})

test('guesses nothing where no word is near', () => {
  assert.equal(closestTo('xyz', WORDS), null)
  assert.equal(closestTo('seed', []), null)
})
