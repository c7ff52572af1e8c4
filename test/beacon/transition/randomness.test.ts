import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeed, revealMessage } from '../../../src/beacon/election/seed.ts'
import { presentIdentity } from '../../../src/primitives/forks.ts'
import { epoch, rollupId, view } from '../../../src/primitives/ids.ts'
import { createGenesis, rollupSpec, scheme, signers } from '../fixture.ts'
import { Ledger, ofType } from './ledger.ts'

const GENESIS = createGenesis({ params: { epochLength: 4 }, rollups: [rollupSpec()] })

test('only the one reveal of the proposer for this view and parent is valid', () => {
  const ledger = new Ledger(GENESIS)
  const { reveal } = ledger.input()
  const message = revealMessage(presentIdentity(ledger.network), epoch(0), view(1), ledger.state.mix())
  const byAnother = scheme.aggregate([signers[1]!.sign(message)])!
  const refused = { ok: false, reason: 'INVALID_REVEAL' }
  assert.equal(ledger.try(ledger.input()).ok, true)
  assert.deepEqual(ledger.try(ledger.input({}, { reveal: byAnother })), refused)
  assert.equal(ledger.try(ledger.input({}, { reveal: byAnother, proposer: 1 })).ok, true)
  assert.deepEqual(ledger.try(ledger.input({}, { view: view(2) })), refused)
  assert.deepEqual(ledger.try(ledger.input({}, { proposer: 7 })), refused)
  assert.deepEqual(ledger.try(ledger.input({}, { reveal: new Uint8Array(96) })), refused)
  // The uncompressed form of the same signature would give another mix.
  assert.deepEqual(ledger.try(ledger.input({}, { reveal: signers[0]!.sign(message) })), refused)
  ledger.apply()
  assert.deepEqual(ledger.try(ledger.input({}, { reveal })), refused)
})

test('the seed of an epoch comes from the mix two epochs before', () => {
  const ledger = new Ledger(GENESIS)
  ledger.advanceTo(4)
  const mix = ledger.state.mix()
  assert.equal(ledger.state.seed(epoch(2)), epochSeed(epoch(2), mix))
  assert.equal(ledger.state.seed(epoch(3)), null)
  ledger.advanceTo(8)
  assert.equal(ledger.state.seed(epoch(2)), epochSeed(epoch(2), mix))
  assert.notEqual(ledger.state.seed(epoch(3)), null)
})

test('each terminal block draws for the epoch after the next, and freezes the set of the one after that', () => {
  const ledger = new Ledger(GENESIS)
  for (let ended = 0; ended < 3; ended++) {
    const drawn = ofType(ledger.advanceTo((ended + 1) * 4), 'committeeDrawn')
    assert.deepEqual(
      drawn.map(({ instance }) => instance.epoch).filter((at) => at === ended + 2),
      [ended + 2],
    )
    assert.notEqual(ledger.state.validatorSet(epoch(ended + 3)), null)
    assert.equal(ledger.state.validatorSet(epoch(ended + 4)), null)
    assert.equal(ledger.state.committee({ rollup: rollupId(1), epoch: epoch(ended + 3), sub: 0 }), null)
  }
})

test('two runs over the same blocks give the same roots and events', () => {
  const run = () => {
    const ledger = new Ledger(GENESIS)
    const trace: unknown[] = []
    while (ledger.height < 14) trace.push(ledger.apply().events, ledger.trie.root)
    return trace
  }
  assert.deepEqual(run(), run())
})
