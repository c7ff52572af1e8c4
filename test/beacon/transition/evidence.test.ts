import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createEvidence,
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  offenceOf,
} from '../../../src/beacon/evidence.ts'
import type { VoteKind } from '../../../src/consensus/vote.ts'
import { type Hex, utf8 } from '../../../src/primitives/bytes.ts'
import { keccakHex, ZERO_HASH } from '../../../src/primitives/hash.ts'
import { BEACON, epoch, rollupId, view } from '../../../src/primitives/ids.ts'
import { castVote, createGenesis, rollupSpec } from '../fixture.ts'
import { Ledger, ofType } from './ledger.ts'

const GENESIS = createGenesis({
  params: { epochLength: 4, evidenceEpochs: 2 },
  rollups: [rollupSpec(), rollupSpec({ name: 'second', chainId: 7_700_002 })],
})
const INSTANCE = { rollup: rollupId(1), epoch: epoch(0), sub: 0 }
const A = keccakHex(utf8('a'))
const B = keccakHex(utf8('b'))

function pair(
  ledger: Ledger,
  first: [VoteKind, Hex],
  second: [VoteKind, Hex],
  { instance = INSTANCE, seat = 2, at = view(5) } = {},
): Evidence {
  const committee = ledger.committee(instance)
  const [a, b] = [first, second].map(([kind, digest]) => castVote(committee, seat, kind, at, digest))
  return createEvidence(instance, a!, b!)
}

test('two conflicting votes of one signer are evidence, whichever comes first', () => {
  const ledger = new Ledger(GENESIS)
  const cases: [string, [VoteKind, Hex], [VoteKind, Hex]][] = [
    ['NN', ['N', A], ['N', B]],
    ['FF', ['F', A], ['F', B]],
    ['XF', ['F', A], ['X', ZERO_HASH]],
    ['FN', ['N', A], ['F', B]],
  ]
  for (const [offence, first, second] of cases) {
    const [evidence, reversed] = [pair(ledger, first, second), pair(ledger, second, first)]
    assert.deepEqual(evidence, reversed)
    assert.deepEqual(decodeEvidence(encodeEvidence(evidence)), evidence)
    const result = ledger.try(ledger.input({ evidence: [evidence] }))
    assert.deepEqual(
      result.ok && ofType(result.events, 'evidence').map((event) => [event.offence, event.validator]),
      [[offence, ledger.committee(INSTANCE).members[2]!.validator]],
    )
  }
})

test('votes that an honest node casts are no evidence', () => {
  const ledger = new Ledger(GENESIS)
  const refused = { ok: false, reason: 'NOT_AN_OFFENCE' }
  const honest = [
    pair(ledger, ['N', A], ['X', ZERO_HASH]),
    pair(ledger, ['N', A], ['F', A]),
    pair(ledger, ['N', A], ['N', A]),
  ]
  for (const evidence of honest) {
    assert.equal(offenceOf(evidence), null)
    assert.deepEqual(ledger.try(ledger.input({ evidence: [evidence] })), refused)
  }
  const guilty = pair(ledger, ['N', A], ['N', B])
  const other = pair(ledger, ['N', A], ['N', B], { seat: 3 })
  const otherView = pair(ledger, ['N', A], ['N', B], { at: view(6) })
  const framed: Evidence[] = [
    { ...guilty, votes: [guilty.votes[0], other.votes[1]] },
    { ...guilty, votes: [guilty.votes[0], { ...other.votes[1], signer: 2 }] },
    { ...guilty, votes: [guilty.votes[0], otherView.votes[1]] },
    { ...guilty, instance: { ...INSTANCE, rollup: rollupId(2) } },
  ]
  for (const evidence of framed) assert.deepEqual(ledger.try(ledger.input({ evidence: [evidence] })), refused)
})

test('an offender is convicted once', () => {
  const ledger = new Ledger(GENESIS)
  ledger.apply({ evidence: [pair(ledger, ['N', A], ['N', B])] })
  const again = pair(ledger, ['F', A], ['F', B])
  const nextView = pair(ledger, ['F', A], ['F', B], { at: view(6) })
  for (const evidence of [again, nextView]) {
    assert.deepEqual(ledger.try(ledger.input({ evidence: [evidence] })), {
      ok: false,
      reason: 'ALREADY_PUNISHED',
    })
  }
  const other = pair(ledger, ['F', A], ['F', B], { seat: 3 })
  assert.equal(ledger.try(ledger.input({ evidence: [other] })).ok, true)
})

test('evidence against voters of the Beacon Layer itself counts', () => {
  const ledger = new Ledger(GENESIS)
  const evidence = pair(ledger, ['F', A], ['F', B], { instance: { rollup: BEACON, epoch: epoch(0), sub: 0 } })
  assert.deepEqual(
    ofType(ledger.apply({ evidence: [evidence] }).events, 'evidence').map(({ validator }) => validator),
    [2],
  )
})

test('evidence that is too old or of an instance without a committee is refused', () => {
  const ledger = new Ledger(GENESIS)
  const evidence = pair(ledger, ['N', A], ['N', B])
  const unknown = { ...evidence, instance: { ...INSTANCE, sub: 3 } }
  assert.deepEqual(ledger.try(ledger.input({ evidence: [unknown] })), {
    ok: false,
    reason: 'UNKNOWN_INSTANCE',
  })
  ledger.advanceTo(11)
  assert.equal(ledger.try(ledger.input({ evidence: [evidence] })).ok, true)
  ledger.advanceTo(12)
  assert.deepEqual(ledger.try(ledger.input({ evidence: [evidence] })), { ok: false, reason: 'TOO_OLD' })
})
