import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  fractionOf,
  type StakePool,
  sharesFor,
  sharesWorth,
  tokensFor,
} from '../../../src/beacon/staking/stake-pool.ts'

const amount = fc.bigInt({ min: 1n, max: 1n << 100n })
const fraction = fc
  .tuple(fc.bigInt({ min: 0n, max: 1_000n }), fc.bigInt({ min: 1n, max: 1_000n }))
  .map(([numerator, denominator]) => ({ numerator, denominator }))
/** As pools become: filled, then slashed. */
const pool = fc
  .tuple(amount, fraction)
  .map(([deposit, slash]): StakePool => ({ tokens: deposit - fractionOf(deposit, slash), shares: deposit }))

test('putting tokens in and taking them out again gains nobody anything', () => {
  fc.assert(
    fc.property(pool, amount, (before, deposit) => {
      const issued = sharesFor(before, deposit)
      if (issued === null) return
      const after = { tokens: before.tokens + deposit, shares: before.shares + issued }
      assert.ok(tokensFor(after, issued) <= deposit)
      // Nor do those who were there before lose by it.
      if (before.shares > 0n) assert.ok(tokensFor(after, before.shares) >= tokensFor(before, before.shares))
    }),
  )
})

test('the shares that are given up for tokens are worth at least as much', () => {
  fc.assert(
    fc.property(pool, amount, (from, wanted) => {
      fc.pre(wanted <= from.tokens)
      assert.ok(tokensFor(from, sharesWorth(from, wanted)) >= wanted)
    }),
  )
})

test('a slash takes its fraction, rounded up, and never more than there is', () => {
  fc.assert(
    fc.property(amount, fraction, (tokens, part) => {
      const taken = fractionOf(tokens, part)
      assert.ok(taken <= tokens)
      const isAll = part.numerator >= part.denominator
      if (isAll) assert.equal(taken, tokens)
      else assert.ok(taken * part.denominator >= tokens * part.numerator)
    }),
  )
})

test('slashes come out the same, to the odd wei, in whichever order they are', () => {
  fc.assert(
    fc.property(amount, fraction, fraction, (tokens, one, other) => {
      const [a, b] = [
        [one, other],
        [other, one],
      ].map((order) => order.reduce((left, part) => left - fractionOf(left, part), tokens)) as [
        bigint,
        bigint,
      ]
      const apart = a > b ? a - b : b - a
      assert.ok(apart <= 1n, `${a} and ${b}`)
    }),
  )
})

test('a pool that has lost everything takes nothing in', () => {
  assert.equal(sharesFor({ tokens: 0n, shares: 5n }, 10n), null)
  assert.equal(sharesFor({ tokens: 0n, shares: 0n }, 10n), 10n)
})
