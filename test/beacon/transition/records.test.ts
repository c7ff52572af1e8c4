import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RollupRecord } from '../../../src/beacon/record.ts'
import { type Header, headerDigest } from '../../../src/consensus/header.ts'
import { epoch, height, rollupId, view } from '../../../src/primitives/ids.ts'
import { certify, createGenesis, RollupChain, rollupSpec } from '../fixture.ts'
import { Ledger, ofType } from './ledger.ts'

const GENESIS = createGenesis({
  params: { epochLength: 8, closeAfterBlocks: 2, openAfterBlocks: 3 },
  rollups: [rollupSpec(), rollupSpec({ name: 'second', chainId: 7_700_002 })],
})
const ROLLUP = rollupId(1)
const FIRST = { rollup: ROLLUP, epoch: epoch(0), sub: 0 }

function start() {
  const ledger = new Ledger(GENESIS)
  ledger.advanceTo(2)
  const chain = new RollupChain(FIRST)
  const headers = (count: number) => Array.from({ length: count }, () => chain.next(ledger.reference))
  const record = (list: readonly Header[]) => chain.record(ledger.committee(list.at(-1)!.instance), list)
  return { ledger, chain, headers, record }
}

test('a record moves the recorded head to the certified block', () => {
  const { ledger, chain, headers, record } = start()
  const { events } = ledger.apply({ records: [record(headers(3))] })
  assert.deepEqual(
    ofType(events, 'recorded').map(({ rollup, from, head }) => [rollup, from, head.height]),
    [[1, 1, 3]],
  )
  ledger.apply({ records: [record(headers(64))] })
  assert.equal(ledger.state.record(ROLLUP)!.digest, chain.last.digest)
  assert.equal(ledger.state.record(ROLLUP)!.recordedAt, 4)
})

test('a record that does not continue the recorded chain is refused with its reason', () => {
  const { ledger, headers, record } = start()
  ledger.apply({ records: [record(headers(2))] })
  const [third, fourth] = headers(2) as [Header, Header]
  const committee = ledger.committee(FIRST)
  const tried = (candidate: RollupRecord) => {
    const result = ledger.try(ledger.input({ records: [candidate] }))
    return result.ok ? null : result.reason
  }
  const changed = (fields: Partial<Header>) => record([{ ...third, ...fields }])
  const valid = record([third, fourth])
  const quorumless = certify(committee, fourth.view, headerDigest(fourth), [0, 1, 2])
  const forged = certify(
    ledger.committee({ ...FIRST, rollup: rollupId(2) }),
    fourth.view,
    headerDigest(fourth),
  )
  assert.equal(tried(valid), null)
  assert.equal(tried({ ...valid, headers: [] }), 'WRONG_HEADER_COUNT')
  assert.equal(tried(record([fourth])), 'BROKEN_CHAIN')
  assert.equal(tried(record([fourth, third])), 'BROKEN_CHAIN')
  assert.equal(tried(changed({ height: height(4) })), 'BROKEN_CHAIN')
  assert.equal(tried(changed({ parent: headerDigest(fourth) })), 'BROKEN_CHAIN')
  assert.equal(tried(changed({ parentView: view(1) })), 'BROKEN_CHAIN')
  assert.equal(tried(changed({ time: 0 })), 'BROKEN_CHAIN')
  assert.equal(tried(changed({ beaconRef: { ...third.beaconRef, height: height(1) } })), 'BROKEN_CHAIN')
  assert.equal(
    tried(changed({ beaconRef: { ...third.beaconRef, height: height(4) } })),
    'UNKNOWN_BEACON_REFERENCE',
  )
  assert.equal(
    tried(changed({ beaconRef: { ...third.beaconRef, hash: third.parent } })),
    'UNKNOWN_BEACON_REFERENCE',
  )
  assert.equal(tried({ ...valid, certificate: record([third]).certificate }), 'CERTIFICATE_OF_ANOTHER_BLOCK')
  assert.equal(
    tried({ ...valid, certificate: { ...valid.certificate, kind: 'N' } }),
    'CERTIFICATE_OF_ANOTHER_BLOCK',
  )
  assert.equal(tried({ ...valid, certificate: quorumless }), 'INVALID_CERTIFICATE')
  assert.equal(tried({ ...valid, certificate: forged }), 'INVALID_CERTIFICATE')
  const foreign = { ...third, instance: { ...FIRST, epoch: epoch(1) } }
  assert.equal(tried(record([foreign])), 'NOT_THE_CURRENT_INSTANCE')
})

test('a rollup has one record in a block', () => {
  const { ledger, headers, record } = start()
  const records = [record(headers(1)), record(headers(1))]
  assert.deepEqual(ledger.try(ledger.input({ records })), { ok: false, reason: 'SECOND_IN_BLOCK' })
})

test('the record of a terminal block opens the next instance from it', () => {
  const { ledger, chain, headers, record } = start()
  ledger.apply({ records: [record(headers(2))] })
  ledger.advanceTo(9)
  const terminal = chain.next(ledger.reference)
  const { events } = ledger.apply({ records: [record([terminal])] })
  const opened = ofType(events, 'opened')
  const next = { rollup: ROLLUP, epoch: epoch(1), sub: 0 }
  assert.deepEqual(
    opened.map(({ instance }) => instance),
    [next],
  )
  assert.equal(opened[0]!.genesis!.digest, headerDigest(terminal))
  // The next instance counts its views anew, and continues the chain.
  chain.enter(next)
  ledger.apply({ records: [record(headers(2))] })
  assert.equal(ledger.state.record(ROLLUP)!.height, 5)
  assert.deepEqual(ledger.state.instanceStatus(ROLLUP)!.instance, next)
})

test('a terminal block may be certified in a later view than its own', () => {
  const { ledger, chain } = start()
  ledger.advanceTo(9)
  const terminal = chain.next(ledger.reference)
  const certificate = certify(ledger.committee(FIRST), view(terminal.view + 3), headerDigest(terminal))
  const { events } = ledger.apply({ records: [{ headers: [terminal], certificate }] })
  assert.equal(ofType(events, 'opened').length, 1)
})

test('nothing is recorded beyond a terminal block in its instance', () => {
  const { ledger, headers, record } = start()
  ledger.advanceTo(9)
  const result = ledger.try(ledger.input({ records: [record(headers(2))] }))
  assert.deepEqual(result, { ok: false, reason: 'BEYOND_TERMINAL' })
})

test('an instance without a recorded terminal is closed, then another is opened from the highest recorded block', () => {
  const { ledger, chain, headers, record } = start()
  ledger.apply({ records: [record(headers(2))] })
  assert.deepEqual(ofType(ledger.advanceTo(9), 'closed'), [])
  const closed = ofType(ledger.advanceTo(10), 'closed')
  assert.deepEqual(
    closed.map(({ instance }) => instance),
    [FIRST, { ...FIRST, rollup: rollupId(2) }],
  )
  // Certified blocks are still taken until the next instance is opened.
  const late = chain.next({ ...ledger.state.record(ROLLUP)!.beaconRef })
  ledger.apply({ records: [record([late])] })
  const opened = ofType(ledger.advanceTo(13), 'opened')
  assert.deepEqual(
    opened.map(({ instance }) => instance),
    [
      { rollup: 1, epoch: 1, sub: 1 },
      { rollup: 2, epoch: 1, sub: 1 },
    ],
  )
  assert.deepEqual(
    opened.map(({ genesis }) => genesis?.digest),
    [headerDigest(late), undefined],
  )
  // Same seats, but another domain: votes of the abandoned sub-epoch prove nothing here.
  const [abandoned, current] = [0, 1].map((sub) => ledger.committee({ rollup: ROLLUP, epoch: epoch(1), sub }))
  assert.deepEqual(abandoned!.members, current!.members)
  assert.notDeepEqual(abandoned!.domains, current!.domains)
  const beyond = chain.next(ledger.reference)
  const result = ledger.try(ledger.input({ records: [record([beyond])] }))
  assert.deepEqual(result, { ok: false, reason: 'NOT_THE_CURRENT_INSTANCE' })
})

test('a terminal block recorded after the closing opens the regular next instance at once', () => {
  const { ledger, chain, record } = start()
  ledger.advanceTo(11)
  assert.equal(ledger.state.instanceStatus(ROLLUP)!.closedAt, 10)
  const { events } = ledger.apply({ records: [record([chain.next(ledger.reference)])] })
  assert.deepEqual(
    ofType(events, 'opened').map(({ instance }) => instance),
    [{ rollup: 1, epoch: 1, sub: 0 }],
  )
  assert.equal(ledger.state.instanceStatus(ROLLUP)!.closedAt, null)
})

test('a rollup that never makes a block is moved on every epoch', () => {
  const ledger = new Ledger(GENESIS)
  const opened = ofType(ledger.advanceTo(40), 'opened').filter(({ instance }) => instance.rollup === ROLLUP)
  assert.deepEqual(
    opened.map(({ instance }) => [instance.epoch, instance.sub]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ],
  )
})

test('reopening leaves the last committee proven by the state, and none of them smaller than asked for', () => {
  const ledger = new Ledger(GENESIS)
  ledger.advanceTo(40)
  for (let at = 0; at <= 6; at++) {
    assert.equal(ledger.state.committee({ rollup: ROLLUP, epoch: epoch(at), sub: 0 })?.seats.length, 5)
  }
})
