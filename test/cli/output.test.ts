import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTokens, parseTokens } from '../../src/cli/amounts.ts'
import { toFailure } from '../../src/cli/failure.ts'
import { table } from '../../src/cli/output.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'

test('amounts are read and written in tokens, exactly', () => {
  for (const [text, wei] of [
    ['0', 0n],
    ['1', 10n ** 18n],
    ['0.5', 5n * 10n ** 17n],
    ['32000.000000000000000001', 32_000n * 10n ** 18n + 1n],
  ] as const) {
    assert.equal(parseTokens(text), wei)
    assert.equal(formatTokens(wei), text)
  }
  for (const text of ['', '-1', '1e3', '.5', '1.', '0x10', '1.0000000000000000001']) {
    assert.throws(() => parseTokens(text), { code: 'C107' })
  }
})

test('columns line up, and lines have no spaces at their ends', () => {
  assert.deepEqual(
    table([
      ['a', 'bbb', ''],
      ['aaaa', 'b', 'c'],
    ]),
    ['a     bbb', 'aaaa  b    c'],
  )
})

test("a node's refusal keeps its words and its hint", () => {
  const { code, message, hint, exitCode } = toFailure(new RpcError(-32000, 'no', { hint: 'do so' }), 'trace')
  assert.deepEqual(
    [code, message, hint, exitCode],
    ['C102', 'the node refused the request (-32000): no', 'do so', 1],
  )
})

test('what nobody expected is a bug of ours, with exit code 70', () => {
  assert.equal(toFailure(new TypeError('x is undefined'), 'trace').exitCode, 70)
})
