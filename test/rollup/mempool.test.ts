import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Hex } from '../../src/primitives/bytes.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { Mempool, type MempoolLimits } from '../../src/rollup/mempool.ts'
import { EMPTY_ACCOUNT } from '../../src/rollup/state/account.ts'
import { StateJournal } from '../../src/rollup/state/journal.ts'
import { StateVersion } from '../../src/rollup/state/version.ts'
import type { Transaction } from '../../src/rollup/transaction.ts'

const ALICE: Hex = `0x${'aa'.repeat(20)}`
const BOB: Hex = `0x${'bb'.repeat(20)}`
const CAROL: Hex = `0x${'cc'.repeat(20)}`

function transaction(from: Hex, nonce: number, fields: Partial<Transaction> = {}): Transaction {
  const { maxPriorityFeePerGas = 10n, maxFeePerGas = 100n, value = 0n } = fields
  const raw = new TextEncoder().encode([from, nonce, maxPriorityFeePerGas, maxFeePerGas, value].join())
  return {
    type: 2,
    raw,
    hash: keccakHex(raw),
    from,
    chainId: 1,
    nonce,
    gasLimit: 21_000,
    to: BOB,
    value,
    data: new Uint8Array(0),
    maxFeePerGas,
    maxPriorityFeePerGas,
    accessList: [],
    authorizations: [],
    yParity: 0,
    r: 1n,
    s: 1n,
    ...fields,
  }
}

function setUp(limits: Partial<MempoolLimits> = {}, balance = 10n ** 18n) {
  let now = 0
  let state = stateWith(0, balance)
  const pool = new Mempool({
    state: () => state,
    clock: { now: () => now++ },
    gasLimit: () => 30_000_000,
    limits,
  })
  const order = (baseFee = 1n) => {
    const queue = pool.best(state, baseFee)
    const taken: [Hex, number][] = []
    for (let next = queue.peek(); next !== null; next = queue.peek()) {
      taken.push([next.from, next.nonce])
      queue.take()
    }
    return taken
  }
  return {
    pool,
    order,
    reason: (added: Transaction) => pool.add(added)?.reason ?? null,
    setState: (nonce: number, left: bigint) => {
      state = stateWith(nonce, left)
    },
  }
}

function stateWith(nonce: number, balance: bigint): StateVersion {
  const empty = StateVersion.empty()
  const journal = new StateJournal(empty)
  for (const address of [ALICE, BOB, CAROL])
    journal.setAccount(address, { ...EMPTY_ACCOUNT, nonce: BigInt(nonce), balance })
  return empty.derive(journal.diff())
}

describe('the pool of waiting transactions', () => {
  test('orders by tip, and within a sender by nonce', () => {
    const { pool, order } = setUp()
    pool.add(transaction(ALICE, 1, { maxPriorityFeePerGas: 90n }))
    pool.add(transaction(ALICE, 0, { maxPriorityFeePerGas: 1n }))
    pool.add(transaction(BOB, 0, { maxPriorityFeePerGas: 5n }))
    pool.add(transaction(CAROL, 0, { maxPriorityFeePerGas: 3n }))
    assert.deepEqual(order(), [
      [BOB, 0],
      [CAROL, 0],
      [ALICE, 0],
      [ALICE, 1],
    ])
  })

  test('orders by what the proposer really gets at the base fee, and leaves out who pays less than that', () => {
    const { pool, order } = setUp()
    pool.add(transaction(ALICE, 0, { maxFeePerGas: 52n, maxPriorityFeePerGas: 50n }))
    pool.add(transaction(BOB, 0, { maxFeePerGas: 100n, maxPriorityFeePerGas: 5n }))
    pool.add(transaction(CAROL, 0, { maxFeePerGas: 49n, maxPriorityFeePerGas: 5n }))
    assert.deepEqual(order(50n), [
      [BOB, 0],
      [ALICE, 0],
    ])
  })

  test('gives the older of two that pay the same first', () => {
    const { pool, order } = setUp()
    for (const sender of [CAROL, ALICE, BOB]) pool.add(transaction(sender, 0))
    assert.deepEqual(
      order().map(([from]) => from),
      [CAROL, ALICE, BOB],
    )
  })

  test('holds what is behind a gap until the gap is filled', () => {
    const { pool, order } = setUp()
    pool.add(transaction(ALICE, 0))
    pool.add(transaction(ALICE, 2))
    assert.equal(pool.pendingNonce(ALICE), 1)
    assert.equal(order().length, 1)
    pool.add(transaction(ALICE, 1))
    assert.equal(pool.pendingNonce(ALICE), 3)
    assert.equal(order().length, 3)
  })

  test('replaces a transaction by one that raises both fees by a tenth, and by no other', () => {
    const { pool, reason } = setUp()
    const first = transaction(ALICE, 0)
    assert.equal(reason(first), null)
    assert.equal(reason(first), null, 'known already')
    assert.equal(reason(transaction(ALICE, 0, { maxFeePerGas: 200n })), 'replacement-underpriced')
    assert.equal(reason(transaction(ALICE, 0, { maxPriorityFeePerGas: 20n })), 'replacement-underpriced')
    const better = transaction(ALICE, 0, { maxFeePerGas: 110n, maxPriorityFeePerGas: 11n })
    assert.equal(reason(better), null)
    assert.equal(pool.size, 1)
    assert.equal(pool.get(first.hash), null)
    assert.equal(pool.get(better.hash), better)
  })

  test('counts what earlier transactions of a sender may cost against its balance', () => {
    const cost = 21_000n * 100n
    const { reason } = setUp({}, 2n * cost + 5n)
    assert.equal(reason(transaction(ALICE, 0)), null)
    assert.equal(reason(transaction(ALICE, 1, { value: 6n })), 'insufficient-funds')
    assert.equal(reason(transaction(ALICE, 1, { value: 5n })), null)
    assert.equal(reason(transaction(BOB, 0, { value: cost + 5n })), null)
  })

  test('refuses what can never, or not for long, be executed', () => {
    const { reason, setState } = setUp({ nonceGapMax: 4 })
    setState(3, 10n ** 18n)
    assert.equal(reason(transaction(ALICE, 2)), 'nonce-too-low')
    assert.equal(reason(transaction(ALICE, 8)), 'nonce-too-high')
    assert.equal(reason(transaction(ALICE, 3, { gasLimit: 20_999 })), 'intrinsic-gas-too-low')
    assert.equal(reason(transaction(ALICE, 3, { gasLimit: 30_000_001 })), 'gas-limit-exceeded')
    assert.equal(reason(transaction(ALICE, 3, { maxPriorityFeePerGas: 101n })), 'tip-above-fee-cap')
    const data = new Uint8Array(1000).fill(1)
    assert.equal(reason(transaction(ALICE, 3, { data, gasLimit: 40_000 })), 'intrinsic-gas-too-low')
    const initcode = new Uint8Array(49_153)
    assert.equal(
      reason(transaction(ALICE, 3, { to: null, data: initcode, gasLimit: 3_000_000 })),
      'initcode-too-large',
    )
  })

  test('is bounded for each sender and in all, where a better tip pushes out the worst', () => {
    const { pool, reason } = setUp({ total: 3, perSender: 2 })
    pool.add(transaction(ALICE, 0, { maxPriorityFeePerGas: 5n }))
    pool.add(transaction(ALICE, 1, { maxPriorityFeePerGas: 9n }))
    assert.equal(reason(transaction(ALICE, 2)), 'account-limit')
    pool.add(transaction(BOB, 0, { maxPriorityFeePerGas: 7n }))
    assert.equal(
      reason(transaction(CAROL, 0, { maxPriorityFeePerGas: 5n, maxFeePerGas: 50n })),
      'underpriced',
    )
    assert.equal(reason(transaction(CAROL, 0, { maxPriorityFeePerGas: 6n })), null)
    assert.equal(pool.size, 3)
    assert.equal(pool.pendingNonce(ALICE), 1, 'the worst sender’s last transaction left')
  })

  test('forgets what a block contained or made impossible', () => {
    const { pool, setState } = setUp()
    for (const nonce of [0, 1, 2]) pool.add(transaction(ALICE, nonce, { value: BigInt(nonce) * 10n ** 17n }))
    setState(1, 10n ** 17n + 21_000n * 100n)
    pool.settle([ALICE, BOB])
    assert.deepEqual(
      [...pool].map(({ transaction: { nonce } }) => nonce),
      [1],
    )
  })
})
