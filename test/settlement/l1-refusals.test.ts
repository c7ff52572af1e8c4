import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '../../src/rpc/rpc-error.ts'
import { refusalOf } from '../../src/settlement/l1-refusals.ts'

test('the words by which nodes refuse transactions are told apart', () => {
  const words = {
    'already known': 'known',
    'transaction already imported': 'known',
    'nonce too low: next nonce 5, tx nonce 4': 'nonce-used',
    'replacement transaction underpriced': 'underpriced',
    'max fee per gas less than block base fee': 'underpriced',
    'execution reverted: 0x1234': 'reverts',
    'insufficient funds for gas * price + value': 'unfunded',
    'out of cheese': 'other',
  } as const
  for (const [message, refusal] of Object.entries(words)) {
    assert.equal(refusalOf(new RpcError(-32000, message)), refusal, message)
  }
  assert.equal(refusalOf(new RpcError(3, 'whatever')), 'reverts')
})
