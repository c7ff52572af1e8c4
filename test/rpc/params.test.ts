import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkCount,
  optional,
  readAddress,
  readArray,
  readBlock,
  readBoolean,
  readData,
  readHash,
  readLooseNumber,
  readNumber,
  readObject,
  readQuantity,
  readText,
  readWord,
} from '../../src/rpc/params.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'

const HASH = `0x${'Ab'.repeat(32)}`

function refuses(read: (value: unknown, name: string) => unknown, ...values: unknown[]): void {
  for (const value of values) {
    assert.throws(
      () => read(value, 'the name'),
      (error) => error instanceof RpcError && error.code === -32602 && error.message.includes('the name'),
      `accepts ${String(value)}`,
    )
  }
}

test('quantities have neither leading zeros nor more than 256 bits', () => {
  assert.equal(readQuantity('0x0', 'n'), 0n)
  assert.equal(readQuantity(`0x${'f'.repeat(64)}`, 'n'), (1n << 256n) - 1n)
  refuses(
    readQuantity,
    '0x',
    '0x00',
    '0x01',
    '1',
    1,
    null,
    undefined,
    '0xg',
    '-0x1',
    `0x1${'0'.repeat(64)}`,
    ['0x1'],
  )
  assert.equal(readNumber('0x1fffffffffffff', 'n'), Number.MAX_SAFE_INTEGER)
  refuses(readNumber, '0x20000000000000')
  assert.equal(readLooseNumber(5, 'n'), 5)
  assert.equal(readLooseNumber('0x5', 'n'), 5)
  refuses(readLooseNumber, -1, 1.5, Number.NaN, 2 ** 53)
  assert.throws(() => readNumber('0x5', 'n', 4), RpcError)
})

test('data, addresses and hashes have their length, and any case', () => {
  assert.deepEqual(readData('0x00Ff', 'data'), Uint8Array.of(0, 255))
  assert.deepEqual(readData('0x', 'data'), new Uint8Array(0))
  refuses(readData, '0x0', '00', 5, null, '0xzz')
  assert.throws(() => readData('0x00', 'data', 2), RpcError)
  assert.equal(readAddress(`0x${'AB'.repeat(20)}`, 'to'), `0x${'ab'.repeat(20)}`)
  refuses(readAddress, `0x${'ab'.repeat(19)}`, 'vitalik.eth', null)
  assert.equal(readHash(HASH, 'hash'), HASH.toLowerCase())
  refuses(readHash, '0x1', `${HASH}00`)
  assert.equal(readWord('0x1', 'slot'), `0x${'0'.repeat(63)}1`)
  assert.equal(readWord(HASH, 'slot'), HASH.toLowerCase())
  refuses(readWord, '0x', `${HASH}0`, 1)
})

test('blocks are named by tag, number, hash or object, and by default are the latest', () => {
  assert.deepEqual(readBlock(undefined), { by: 'tag', tag: 'latest' })
  assert.deepEqual(readBlock(null), { by: 'tag', tag: 'latest' })
  assert.deepEqual(readBlock('safe'), { by: 'tag', tag: 'safe' })
  assert.deepEqual(readBlock('0x10'), { by: 'number', number: 16 })
  const hash = HASH.toLowerCase()
  assert.deepEqual(readBlock(HASH), { by: 'hash', hash, requireCanonical: false })
  assert.deepEqual(readBlock({ blockNumber: '0x1' }), { by: 'number', number: 1 })
  assert.deepEqual(readBlock({ blockHash: HASH, requireCanonical: true }), {
    by: 'hash',
    hash,
    requireCanonical: true,
  })
  refuses(
    readBlock,
    'newest',
    16,
    '0x',
    [],
    {},
    { blockHash: HASH, blockNumber: '0x1' },
    { blockHash: '0x1' },
    '16',
  )
})

test('the other readers take their type and nothing else', () => {
  assert.equal(readBoolean(false, 'full'), false)
  refuses(readBoolean, 'true', 0, null)
  assert.equal(readText('a', 'name'), 'a')
  refuses(readText, 1, 'x'.repeat(1025))
  refuses(readObject, null, [], 'x')
  assert.deepEqual(readArray(['0x1', '0x2'], 'list', readQuantity), [1n, 2n])
  assert.throws(() => readArray(['0x1', 2], 'list', readQuantity), /list\[1\]/)
  assert.throws(() => readArray([1, 2, 3], 'list', readLooseNumber, 2), RpcError)
  assert.equal(optional(readBoolean)(undefined, 'full'), undefined)
  assert.equal(optional(readBoolean)(true, 'full'), true)
  refuses(optional(readBoolean), 'x')
})

test('counts of arguments are checked', () => {
  checkCount([1], 1, 2)
  checkCount([], 0, 0)
  for (const params of [[], [1, 2, 3]]) {
    assert.throws(
      () => checkCount(params, 1, 2),
      (error) => (error as RpcError).code === -32602,
    )
  }
})
