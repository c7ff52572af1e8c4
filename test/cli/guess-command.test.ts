import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guessCommand } from '../../src/cli/guess-command.ts'

const COMMANDS = ['trace', 'devnet up', 'devnet down', 'rollup create', 'election show']

test('a command with a slip in any of its words is recognised, whatever follows it', () => {
  assert.equal(guessCommand(['rolup', 'create'], COMMANDS), 'rollup create')
  assert.equal(guessCommand(['devnet', 'dwon'], COMMANDS), 'devnet down')
  assert.equal(guessCommand(['trcae', '0x1234'], COMMANDS), 'trace')
})

test('nothing is guessed where nothing is near', () => {
  assert.equal(guessCommand(['nonsense'], COMMANDS), null)
  assert.equal(guessCommand([], COMMANDS), null)
})
