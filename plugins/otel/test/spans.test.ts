/** From a way to its spans, without a network. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpanStatusCode } from '@opentelemetry/api'
import { hrTimeToMilliseconds } from '@opentelemetry/core'
import { emptyResource } from '@opentelemetry/resources'
import { spanIdOf, traceIdOf } from '../src/identity.ts'
import type { Journey } from '../src/journey.ts'
import { toSpans } from '../src/spans.ts'
import { journey, PROPOSED_MS } from './journeys.ts'

const CHILDREN = ['proposed', 'notarized', 'soft', 'beacon', 'posted', 'final']

const spansOf = (change: Partial<Journey> = {}) => toSpans({ ...journey, ...change }, emptyResource())
const timesOf = (spans: ReturnType<typeof toSpans>) =>
  spans.map(({ name, startTime, endTime }) => [
    name,
    hrTimeToMilliseconds(startTime) - PROPOSED_MS,
    hrTimeToMilliseconds(endTime) - PROPOSED_MS,
  ])

test('a rung’s span lasts from the rung before, and the root over all', () => {
  assert.deepEqual(timesOf(spansOf()), [
    ['transaction', 0, 4_000],
    ['proposed', 0, 0],
    ['notarized', 0, 20],
    ['soft', 20, 45],
    ['beacon', 45, 600],
    ['posted', 600, 2_000],
    ['final', 2_000, 4_000],
  ])
})

test('the trace’s id is the first half of the hash, and every rung is below the root', () => {
  const [root, ...rungs] = spansOf()
  assert.equal(root!.spanContext().traceId, journey.tx.slice(2, 34))
  assert.equal(root!.parentSpanContext, undefined)
  for (const rung of rungs) {
    assert.equal(rung.spanContext().traceId, traceIdOf(journey.tx))
    assert.equal(rung.parentSpanContext!.spanId, root!.spanContext().spanId)
  }
  const ids = [root!, ...rungs].map((span) => span.spanContext().spanId)
  assert.equal(new Set(ids).size, ids.length)
})

test('the same way gives the same spans, and another block with the same transaction other ones', () => {
  const plain = (spans: ReturnType<typeof toSpans>) =>
    spans.map((span) => ({ ...span, spanContext: span.spanContext() }))
  assert.deepEqual(plain(spansOf()), plain(spansOf()))
  const other = `0x${'00'.repeat(32)}` as const
  for (const name of CHILDREN) {
    assert.notEqual(spanIdOf(journey.tx, journey.block.hash, name), spanIdOf(journey.tx, other, name))
  }
})

test('what is known of a rung is on its span', () => {
  const [root, , , soft, beacon, posted] = spansOf()
  assert.deepEqual(root!.attributes, {
    'beacon.rollup.name': 'app',
    'beacon.rollup.id': 1,
    'beacon.chain.id': 4242,
    'beacon.transaction.hash': journey.tx,
    'beacon.transaction.index': 2,
    'beacon.transaction.from': journey.receipt.from,
    'beacon.transaction.to': journey.receipt.to,
    'beacon.transaction.status': 'success',
    'beacon.transaction.gas_used': 21_000,
    'beacon.block.number': 7,
    'beacon.block.hash': journey.block.hash,
    'beacon.epoch': 3,
    'beacon.rung': 'final',
    'beacon.finished': true,
  })
  assert.deepEqual(soft!.attributes, {
    'beacon.rollup.name': 'app',
    'beacon.rollup.id': 1,
    'beacon.rung': 'soft',
    'beacon.epoch': 3,
    'beacon.epoch.sub': 0,
    'beacon.view': 12,
    'beacon.committee.size': 4,
    'beacon.certificate.weight': 3,
    'beacon.certificate.seats': [0, 2, 3],
    'beacon.certificate.validators': [6, 1, 4],
  })
  assert.equal(beacon!.attributes['beacon.record.block.number'], 99)
  assert.equal(posted!.attributes['beacon.l1.transaction.hash'], journey.posting!.txHash)
  assert.equal(posted!.attributes['beacon.l1.batch.index'], 5)
})

test('a rung that nobody knows the time of has no span, and the next one bridges it', () => {
  const { notarized: _, proposed: __, ...times } = journey.times
  assert.deepEqual(timesOf(spansOf({ times })).slice(0, 3), [
    ['transaction', 45, 4_000],
    ['soft', 45, 45],
    ['beacon', 45, 600],
  ])
  assert.deepEqual(spansOf({ times: {} }), [])
})

test('no span ends before it begins, though a clock was set back', () => {
  const times = { proposed: PROPOSED_MS, notarized: PROPOSED_MS - 50, soft: PROPOSED_MS + 10 }
  assert.deepEqual(timesOf(spansOf({ times })), [
    ['transaction', 0, 10],
    ['proposed', 0, 0],
    ['notarized', 0, 0],
    ['soft', 0, 10],
  ])
})

test('a transaction that reverted is an error of the root alone, from when it was executed', () => {
  const [root, ...rungs] = spansOf({ receipt: { ...journey.receipt, isReverted: true } })
  assert.equal(root!.status.code, SpanStatusCode.ERROR)
  assert.equal(root!.attributes['error.type'], 'reverted')
  const [event] = root!.events
  assert.equal(event!.name, 'beacon.transaction.reverted')
  assert.equal(hrTimeToMilliseconds(event!.time), PROPOSED_MS + 20)
  assert.ok(rungs.every(({ status }) => status.code === SpanStatusCode.UNSET))
})

test('one that is sent before its end says so, and is no error', () => {
  const { proposed, notarized, soft } = journey.times
  const times = { proposed, notarized, soft } as Journey['times']
  const change = { times, record: null, posting: null, unfinished: 'network stopped' } as const
  const [root, ...rungs] = spansOf(change)
  assert.deepEqual(
    rungs.map(({ name }) => name),
    ['proposed', 'notarized', 'soft'],
  )
  assert.equal(root!.status.code, SpanStatusCode.UNSET)
  assert.equal(root!.attributes['beacon.finished'], false)
  assert.equal(root!.attributes['beacon.rung'], 'soft')
  assert.deepEqual(root!.events[0]!.attributes, { 'beacon.unfinished.reason': 'network stopped' })
})

test('a transaction that makes a contract goes to nobody', () => {
  const [root] = spansOf({ receipt: { ...journey.receipt, to: null } })
  assert.ok(!('beacon.transaction.to' in root!.attributes))
})
