import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Transaction, Wallet } from 'ethers'
import fc from 'fast-check'
import { toHex } from '../../src/primitives/bytes.ts'
import { createL1Account, signL1Transaction } from '../../src/settlement/l1-transaction.ts'

const wei = () => fc.bigInt({ min: 0n, max: 2n ** 90n })

test('any transaction has the bytes that ethers signs with the same key', () => {
  const transactions = fc.record({
    key: fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((key) => key[0]! < 0xff && key[31]! > 0),
    chainId: fc.integer({ min: 1, max: 2 ** 40 }),
    nonce: fc.nat(),
    baseFee: wei(),
    tip: wei(),
    gasLimit: fc.bigInt({ min: 0n, max: 2n ** 40n }),
    to: fc.uint8Array({ minLength: 20, maxLength: 20 }),
    value: wei(),
    data: fc.uint8Array({ maxLength: 300 }),
  })
  fc.assert(
    fc.property(transactions, ({ key, baseFee, tip, to, ...fields }) => {
      const maxFee = baseFee + tip
      const account = createL1Account(key)
      const signed = signL1Transaction({ ...fields, fees: { maxFee, tip }, to: toHex(to) }, account)
      const expected = Transaction.from({
        ...fields,
        type: 2,
        to: toHex(to),
        data: toHex(fields.data),
        maxFeePerGas: maxFee,
        maxPriorityFeePerGas: tip,
      })
      expected.signature = new Wallet(toHex(key)).signingKey.sign(expected.unsignedHash)
      assert.equal(toHex(signed), expected.serialized)
      assert.equal(account.address, new Wallet(toHex(key)).address.toLowerCase())
    }),
    { numRuns: 50 },
  )
})

test('a key that is none is refused', () => {
  assert.throws(() => createL1Account(new Uint8Array(32)), RangeError)
  assert.throws(() => createL1Account(new Uint8Array(31).fill(1)), RangeError)
})
