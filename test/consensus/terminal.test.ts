import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspectBlock } from '../../src/consensus/inspect.ts'
import { view } from '../../src/primitives/ids.ts'
import { certificateOf, childOf, committeeOf, genesisBlock, voteOf } from './fixtures.ts'
import { Rig, START_MS, TIMING } from './rig.ts'

const committee = committeeOf([1, 1, 1, 1])
const genesis = genesisBlock(START_MS)
const isTerminal = (block: { header: { height: number } }) => block.header.height >= genesis.header.height + 1
const terminal = childOf(genesis, { view: 1, parentView: 0, proposer: 1 })
const certify = (kind: 'N' | 'X' | 'F', at: number) =>
  certificateOf(committee, kind, at, kind === 'X' ? undefined : terminal.digest, [1, 2, 3])

/** The terminal block is notarized in view 1, which a seat like ours gave up: it has no finality yet. */
function afterNotarization(seat = 0): Rig {
  const rig = new Rig({ isTerminal, seat })
  rig.propose(terminal)
  rig.verified()
  rig.certificate(certify('N', 1))
  return rig
}

describe('the terminal block', () => {
  test('ends the instance once committed: nothing is voted for or waited for any more', () => {
    const rig = afterNotarization()
    rig.certificate(certify('F', 1))
    assert.equal(rig.all('finished')[0]?.terminal.digest, terminal.digest)
    assert.equal(rig.all('commit')[0]?.certificate.digest, terminal.digest)
    assert.equal(rig.all('wake').at(-1)?.at, Infinity)
    rig.wait(60_000)
    assert.deepEqual(rig.effects, [])
  })

  test('is proposed again by the next leader until it is final, and nothing is built on it', () => {
    const rig = afterNotarization(2)
    const [proposal] = rig.sent('proposal')
    assert.deepEqual(rig.all('build'), [])
    assert.equal(proposal?.message.block.digest, terminal.digest)
    assert.deepEqual([proposal?.message.vote.kind, proposal?.message.vote.view], ['N', 2])
  })

  test('is notarized again when proposed again, and a certificate of the later view finalizes it', () => {
    const rig = afterNotarization()
    rig.certificate(certify('X', 2))
    const vote = voteOf(committee, 3, 'N', 3, terminal.digest)
    rig.from(3, { type: 'proposal', block: terminal, vote, certificates: [certify('N', 1), certify('X', 2)] })
    assert.deepEqual(rig.votes(), ['N3'])
    rig.certificate(certify('N', 3))
    // Seat 0 leads view 4, and proposes it once more.
    assert.deepEqual(rig.votes(), ['F3', 'N4'])
    rig.certificate(certify('F', 3))
    assert.equal(rig.all('finished')[0]?.certificate.view, 3)
  })

  test('is not notarized again over a view that was not nullified', () => {
    const rig = new Rig({ isTerminal })
    rig.certificate(
      certificateOf(committee, 'N', 2, childOf(genesis, { view: 2, parentView: 0, proposer: 2 }).digest),
    )
    const vote = voteOf(committee, 3, 'N', 3, terminal.digest)
    rig.from(3, { type: 'proposal', block: terminal, vote, certificates: [certify('N', 1)] })
    assert.deepEqual(rig.votes(), [])
    assert.ok(rig.sent('need').some(({ message }) => message.view === 2))
  })

  test('has no valid child', () => {
    const rig = afterNotarization()
    const child = childOf(terminal, { view: 2, parentView: 1, proposer: 2 })
    const turn = { state: rig.state, rules: rig.rules, now: rig.now, chainTime: rig.chainTime, effects: [] }
    assert.equal(inspectBlock(turn, child, terminal), 'afterTerminal')
  })

  test('is the next instance genesis, and may be terminal by the same rule without ending that one', () => {
    const rig = new Rig({ isTerminal: () => true, seat: 1 })
    assert.equal(rig.state.building?.parent.digest, genesis.digest)
  })
})

describe('a finished node', () => {
  function finished(): Rig {
    const rig = afterNotarization()
    rig.certificate(certify('F', 1))
    return rig
  }

  test('tells everyone once', () => {
    assert.deepEqual(
      finished()
        .sent('certificate')
        .map(({ to, message }) => [to, message.certificate.kind]),
      [['all', 'F']],
    )
  })

  test('gives the certificate to whoever is still voting', () => {
    const rig = finished()
    rig.now += TIMING.retryMs
    rig.vote(3, 'X', 2)
    assert.ok(
      rig.sent('certificate').some(({ to, message }) => to === '3' && message.certificate.kind === 'F'),
    )
  })

  test('gives the certificate to whoever waits for the view after, and does not vote', () => {
    const rig = finished()
    rig.now += TIMING.retryMs
    rig.from(3, { type: 'need', view: view(2), digest: null })
    assert.ok(
      rig.sent('certificate').some(({ to, message }) => to === '3' && message.certificate.kind === 'F'),
    )
  })

  test('gives the terminal block to whoever needs it', () => {
    const rig = finished()
    rig.from(3, { type: 'need', view: terminal.header.view, digest: terminal.digest })
    assert.equal(rig.sent('block')[0]?.message.block.digest, terminal.digest)
  })

  test('knows after a restart that it has finished', () => {
    const rig = finished()
    const again = new Rig({ isTerminal }, rig.records)
    again.on({ type: 'start' })
    const { block } = again.state.blocks.get(terminal.digest)!
    again.on({ type: 'verified', block, valid: true })
    assert.equal(again.state.finished, true)
  })
})
