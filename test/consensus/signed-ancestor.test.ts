import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignedAncestor } from '../../src/consensus/application.ts'
import { seatsOf, verifyCertificate } from '../../src/consensus/vote.ts'
import { simulatedScheme } from '../../src/platform/simulated/signatures.ts'
import { childOf } from './fixtures.ts'
import { Rig } from './rig.ts'

const PERIOD_MS = 500

/** Seat 1 leads the first view and seat 0, the node, all others, a period later. */
function rigAfterFirstBlock(countsVoters: boolean) {
  const rig = new Rig({
    countsVoters,
    leaders: { leaderOf: (view) => (view === 1 ? 1 : 0) },
    pacing: { minBlockMs: PERIOD_MS, heartbeatMs: 0, instant: false },
  })
  rig.now += PERIOD_MS
  const block = childOf(rig.genesis, { view: 1, parentView: 0, proposer: 1, time: rig.now })
  rig.propose(block)
  rig.verified()
  rig.vote(2, 'N', 1, block.digest)
  for (const seat of [1, 2]) rig.vote(seat, 'F', 1, block.digest)
  return { rig, block }
}

/** With what the application is asked to build the next block. */
function askedWith(rig: Rig): SignedAncestor | null {
  rig.wait(PERIOD_MS)
  const [asked] = rig.all('build')
  assert.ok(asked !== undefined)
  return asked.request.signed
}

function signersOf(rig: Rig, { certificate }: SignedAncestor): readonly number[] {
  assert.ok(verifyCertificate(rig.committee, simulatedScheme, certificate))
  return seatsOf(certificate.bitmap, rig.committee.members.length)!
}

test('a leader tells its application of all who signed the block before, those who were late among them', () => {
  const { rig, block } = rigAfterFirstBlock(true)
  rig.vote(3, 'F', 1, block.digest)
  const signed = askedWith(rig)!
  assert.equal(signed.height, block.header.height)
  assert.deepEqual(signersOf(rig, signed), [0, 1, 2, 3])
})

test('a late vote that is forged counts for nothing, and does no harm', () => {
  const { rig, block } = rigAfterFirstBlock(true)
  const signature = new Uint8Array(192)
  const vote = { kind: 'F' as const, view: block.header.view, digest: block.digest, signer: 3, signature }
  rig.from(3, { type: 'vote', vote })
  assert.deepEqual(signersOf(rig, askedWith(rig)!), [0, 1, 2])
})

test('who does not count voters is told of nobody', () => {
  const { rig, block } = rigAfterFirstBlock(false)
  rig.vote(3, 'F', 1, block.digest)
  assert.equal(askedWith(rig), null)
})
