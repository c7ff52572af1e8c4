import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ZERO_HASH } from '../../src/primitives/hash.ts'
import { height, type RollupId, rollupId } from '../../src/primitives/ids.ts'
import type { InboxHead } from '../../src/settlement/batch.ts'
import {
  applySending,
  type Decision,
  decideTurn,
  findObstacle,
  heldBatch,
  NO_TURNS,
  type PostableBatch,
  type RollupObservation,
  type Sending,
  type SendingResult,
  type TurnState,
} from '../../src/settlement/posting-turns.ts'
import { createBatch, digestOf } from './batches.ts'

const OPTIONS = { turnTimeoutMs: 100, inclusionTimeoutMs: 1000, batchBytesMax: 500 }
const A = rollupId(1)
const B = rollupId(2)
const FEES = { maxFee: 10n, tip: 1n }

test('a batch is sent at once if it is this seat’s turn', () => {
  const next = postable(A, 1, 3, 0)
  const { sending } = decide(NO_TURNS, 0, 5, [observe(A, 0, next)])
  assert.deepEqual(sending, { batch: next.batch, nonce: 5, replaced: null })
})

test('each seat before this one has its time', () => {
  const next = postable(A, 1, 3, 2)
  let decision = decide(NO_TURNS, 50, 5, [observe(A, 0, next)])
  assert.equal(decision.sending, null)
  decision = decide(decision.state, 249, 5, [observe(A, 0, next)])
  assert.equal(decision.sending, null)
  decision = decide(decision.state, 250, 5, [observe(A, 0, next)])
  assert.equal(decision.sending?.batch, next.batch)
})

test('a batch that another seat posted meanwhile is not sent, and the turn begins anew with the next', () => {
  const first = postable(A, 1, 3, 1)
  const second = postable(A, 4, 6, 1)
  const { state } = decide(NO_TURNS, 0, 5, [observe(A, 0, first)])
  const decision = decide(state, 100, 5, [observe(A, 3, second)])
  assert.equal(decision.sending, null)
  assert.equal(decide(decision.state, 199, 5, [observe(A, 3, second)]).sending, null)
  assert.equal(decide(decision.state, 200, 5, [observe(A, 3, second)]).sending?.batch, second.batch)
})

test('a held batch stays as it was first seen', () => {
  const next = postable(A, 1, 3, 1)
  const { state } = decide(NO_TURNS, 0, 5, [observe(A, 0, next)])
  assert.equal(heldBatch(state, A, 1), next)
  assert.equal(heldBatch(state, A, 4), null)
  assert.equal(heldBatch(state, B, 1), null)
})

test('one transaction is under way at a time, and the rollup that waited longest is next', () => {
  const a = postable(A, 1, 3, 0)
  const b = postable(B, 1, 3, 1)
  const seen = [observe(A, 0, a), observe(B, 0, b)]
  const { state } = send(decide(NO_TURNS, 0, 5, seen), { type: 'sent', fees: FEES }, 0)
  assert.equal(decide(state, 500, 5, seen).sending, null)
  const later = [observe(A, 3, postable(A, 4, 6, 0)), observe(B, 0, b)]
  const decision = decide(state, 600, 6, later)
  assert.equal(decision.concluded?.batch, a.batch)
  assert.deepEqual(decision.sending, { batch: b.batch, nonce: 6, replaced: null })
})

test('a transaction that is in no block in time is sent again with the same nonce', () => {
  const next = postable(A, 1, 3, 0)
  const { state } = send(decide(NO_TURNS, 0, 5, [observe(A, 0, next)]), { type: 'sent', fees: FEES }, 0)
  assert.equal(decide(state, 999, 5, [observe(A, 0, next)]).sending, null)
  const { sending } = decide(state, 1000, 5, [observe(A, 0, next)])
  assert.deepEqual(sending, { batch: next.batch, nonce: 5, replaced: FEES })
})

test('an underpriced transaction is tried again above its fees', () => {
  const next = postable(A, 1, 3, 0)
  const { state } = send(
    decide(NO_TURNS, 0, 5, [observe(A, 0, next)]),
    { type: 'underpriced', fees: FEES },
    0,
  )
  assert.deepEqual(decide(state, 1, 5, [observe(A, 0, next)]).sending?.replaced, FEES)
})

test('a waiting transaction that nobody needs any more gives its nonce to the next', () => {
  const first = postable(A, 1, 3, 0)
  const second = postable(A, 4, 6, 0)
  const { state } = send(decide(NO_TURNS, 0, 5, [observe(A, 0, first)]), { type: 'sent', fees: FEES }, 0)
  const { sending } = decide(state, 10, 5, [observe(A, 3, second)])
  assert.deepEqual(sending, { batch: second.batch, nonce: 5, replaced: FEES })
})

test('a batch that a reorg took back is sent again', () => {
  const first = postable(A, 1, 3, 0)
  const sent = send(decide(NO_TURNS, 0, 5, [observe(A, 0, first)]), { type: 'sent', fees: FEES }, 0)
  const included = decide(sent.state, 10, 6, [observe(A, 3, null)])
  assert.equal(included.sending, null)
  assert.deepEqual(decide(included.state, 20, 5, [observe(A, 0, first)]).sending, {
    batch: first.batch,
    nonce: 5,
    replaced: null,
  })
})

test('a transaction that failed in its block is not repeated at once', () => {
  const next = postable(A, 1, 3, 0)
  const sent = send(decide(NO_TURNS, 0, 5, [observe(A, 0, next)]), { type: 'sent', fees: FEES }, 0)
  const failed = decide(sent.state, 10, 6, [observe(A, 0, next)])
  assert.equal(failed.concluded?.batch, next.batch)
  assert.equal(failed.sending, null)
  assert.equal(decide(failed.state, 110, 6, [observe(A, 0, next)]).sending?.nonce, 6)
})

test('a nonce that a reorg freed below the transaction under way is taken at once', () => {
  const first = postable(A, 1, 3, 0)
  const second = postable(A, 4, 6, 0)
  const sent = send(decide(NO_TURNS, 0, 6, [observe(A, 3, second)]), { type: 'sent', fees: FEES }, 0)
  const { sending, concluded } = decide(sent.state, 10, 5, [observe(A, 0, first)])
  assert.deepEqual(sending, { batch: first.batch, nonce: 5, replaced: null })
  assert.equal(concluded, null)
})

test('a batch that the inbox would refuse now waits for another turn', () => {
  const next = postable(A, 1, 3, 0)
  const { state } = send(decide(NO_TURNS, 0, 5, [observe(A, 0, next)]), { type: 'postponed' }, 0)
  assert.equal(decide(state, 99, 5, [observe(A, 0, next)]).sending, null)
  assert.equal(decide(state, 100, 5, [observe(A, 0, next)]).sending?.batch, next.batch)
})

test('a batch on another block than the inbox has is never sent', () => {
  const observed = observe(A, 3, postable(A, 4, 6, 0))
  const foreign: RollupObservation = { ...observed, head: { ...observed.head, lastDigest: ZERO_HASH } }
  assert.equal(findObstacle(OPTIONS, foreign), 'diverged')
  assert.equal(decide(NO_TURNS, 0, 5, [foreign]).sending, null)
})

test('a batch too large for a transaction is never sent', () => {
  const next = { batch: createBatch(A, 1, 3, 500), seatsBefore: 0 }
  assert.equal(findObstacle(OPTIONS, observe(A, 0, next)), 'too-large')
  assert.equal(decide(NO_TURNS, 0, 5, [observe(A, 0, next)]).sending, null)
})

function decide(state: TurnState, now: number, nonce: number, rollups: RollupObservation[]): Decision {
  return decideTurn(OPTIONS, state, { now, nonce, rollups })
}

function send(decision: Decision, result: SendingResult, now: number): { state: TurnState } {
  return { state: applySending(OPTIONS, decision.state, decision.sending as Sending, result, now) }
}

function postable(rollup: RollupId, first: number, last: number, seatsBefore: number): PostableBatch {
  return { batch: createBatch(rollup, first, last), seatsBefore }
}

function observe(rollup: RollupId, lastHeight: number, next: PostableBatch | null): RollupObservation {
  const head: InboxHead = {
    batchCount: lastHeight === 0 ? 0 : 1,
    lastHeight: height(lastHeight),
    lastDigest: lastHeight === 0 ? ZERO_HASH : digestOf(rollup, lastHeight),
  }
  return { rollup, head, next }
}
