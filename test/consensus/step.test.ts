import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Block } from '../../src/consensus/block.ts'
import { recordsOf } from '../../src/consensus/recovery.ts'
import { seatsOf } from '../../src/consensus/vote.ts'
import { ZERO_HASH } from '../../src/primitives/hash.ts'
import { view } from '../../src/primitives/ids.ts'
import { certificateOf, childOf, committeeOf, genesisBlock, voteOf } from './fixtures.ts'
import { Rig, START_MS, TIMING } from './rig.ts'

const committee = committeeOf([1, 1, 1, 1])
const genesis = genesisBlock(START_MS)
const first = childOf(genesis, { view: 1, parentView: 0, proposer: 1 })
const other = childOf(genesis, { view: 1, parentView: 0, proposer: 1, body: 'another block of view 1' })
const second = childOf(first, { view: 2, parentView: 1, proposer: 2 })

/** A certificate by seats 1, 2 and 3. */
const certify = (kind: 'N' | 'X' | 'F', at: number, block?: Block) =>
  certificateOf(committee, kind, at, block?.digest, [1, 2, 3])

describe('RULE N', () => {
  test('a proposal is voted for once the application has executed it', () => {
    const rig = new Rig()
    rig.propose(first)
    assert.deepEqual(rig.votes(), [])
    rig.verified()
    assert.deepEqual(rig.votes(), ['N1'])
  })

  test('the block and the vote are logged in the step that sends the vote', () => {
    const rig = new Rig()
    rig.propose(first)
    rig.verified()
    assert.deepEqual(
      rig.all('persist').map(({ record }) => record.type),
      ['block', 'vote'],
    )
  })

  test('an invalid block is answered by giving the view up at once', () => {
    const rig = new Rig()
    rig.propose(first)
    rig.verified(false)
    assert.deepEqual(rig.votes(), ['X1'])
  })

  test('of two proposals for a view only the first is judged', () => {
    const rig = new Rig()
    rig.propose(first)
    rig.propose(other)
    assert.deepEqual(rig.all('verify'), [])
  })

  test('nothing is notarized after the view was given up', () => {
    const rig = new Rig()
    rig.wait(TIMING.leaderMs)
    assert.deepEqual(rig.votes(), ['X1'])
    rig.propose(first)
    assert.deepEqual([...rig.votes(), ...rig.all('verify')], [])
  })

  test('a proposal by a seat that does not lead the view is ignored', () => {
    const rig = new Rig()
    const usurped = childOf(genesis, { view: 1, parentView: 0, proposer: 2 })
    rig.propose(usurped)
    assert.deepEqual(rig.all('verify'), [])
  })

  test('a block that skips a view without its X certificate is refused', () => {
    const rig = new Rig()
    rig.certificate(certify('X', 1))
    rig.propose(childOf(genesis, { view: 2, parentView: 0, proposer: 2 }))
    assert.deepEqual(rig.votes(), ['X2'])
    assert.deepEqual(rig.all('verify'), [])
  })

  test('a block that brings the X certificate of the view it skips carries a laggard along', () => {
    const rig = new Rig()
    const justification = [certify('X', 1)]
    rig.propose(childOf(genesis, { view: 2, parentView: 0, proposer: 2, justification }))
    assert.equal(rig.state.view, 2)
    rig.verified()
    assert.deepEqual(rig.votes(), ['N2'])
  })

  test('a justification with a forged certificate is refused, and its sender no longer heard', () => {
    const rig = new Rig()
    rig.certificate(certify('X', 1))
    const forged = { ...certify('X', 1), signature: new Uint8Array(96) }
    rig.propose(childOf(genesis, { view: 2, parentView: 0, proposer: 2, justification: [forged] }))
    assert.deepEqual(rig.all('verify'), [])
    assert.deepEqual(rig.votes(), ['X2'])
  })

  test('a block on a parent that lost to another is refused', () => {
    const rig = new Rig()
    rig.certificate(certify('N', 1, first))
    rig.propose(childOf(other, { view: 2, parentView: 1, proposer: 2 }))
    assert.deepEqual(rig.votes(), ['X2'])
  })

  test('a block from more than a second ahead is refused', () => {
    const rig = new Rig()
    rig.propose(childOf(genesis, { view: 1, parentView: 0, proposer: 1, time: START_MS + 1001 }))
    assert.deepEqual(rig.votes(), ['X1'])
  })

  test('a block that is older than its parent is refused', () => {
    const rig = new Rig()
    rig.propose(childOf(genesis, { view: 1, parentView: 0, proposer: 1, time: START_MS - 1 }))
    assert.deepEqual(rig.all('verify'), [])
    assert.deepEqual(rig.votes(), ['X1'])
  })

  test('a missing parent is asked for, and executed before its child', () => {
    const rig = new Rig()
    rig.propose(second, [certify('N', 1, first)])
    const [need] = rig.sent('need')
    assert.equal(need?.message.digest, first.digest)
    rig.from(2, { type: 'block', block: first })
    assert.equal(rig.all('verify')[0]?.block.digest, first.digest)
    rig.verified()
    assert.equal(rig.all('verify')[0]?.block.digest, second.digest)
  })
})

describe('RULE F', () => {
  test('a notarized block that we executed is voted for', () => {
    const rig = new Rig()
    rig.propose(first)
    rig.verified()
    rig.vote(2, 'N', 1, first.digest)
    assert.deepEqual(rig.votes(), ['F1'])
    assert.equal(rig.state.view, 2)
  })

  test('a certificate that comes before our own execution opens the next view; the vote follows the execution', () => {
    const rig = new Rig()
    rig.propose(first)
    const running = rig.all('verify')[0]!
    rig.certificate(certify('N', 1, first))
    assert.equal(rig.state.view, 2)
    assert.deepEqual(rig.votes(), [])
    rig.on({ type: 'verified', block: running.block, valid: true })
    assert.deepEqual(rig.votes(), ['F1'])
    assert.deepEqual(
      rig.all('persist').map(({ record }) => record.type),
      ['block', 'vote'],
    )
  })

  test('a view that we gave up is never finalized by us', () => {
    const rig = new Rig()
    rig.propose(first)
    const running = rig.all('verify')[0]!
    rig.wait(TIMING.leaderMs)
    rig.certificate(certify('N', 1, first))
    rig.on({ type: 'verified', block: running.block, valid: true })
    assert.deepEqual(rig.votes(), [])
  })

  test('a block that won against the one we notarized is never finalized by us', () => {
    const rig = new Rig()
    rig.propose(first)
    rig.verified()
    rig.certificate(certify('N', 1, other))
    rig.from(2, { type: 'block', block: other })
    rig.verified()
    assert.deepEqual(rig.votes(), [])
  })

  test('the body of a certified block is kept, though its proposal comes when the view is over', () => {
    const rig = new Rig()
    rig.certificate(certify('N', 1, first))
    rig.propose(first)
    assert.equal(rig.all('verify')[0]?.block.digest, first.digest)
    rig.verified()
    assert.deepEqual(rig.votes(), ['F1'])
  })

  test('the body of a final block is kept, though its proposal comes after the votes of the others', () => {
    const rig = new Rig()
    rig.certificate(certify('F', 1, first))
    rig.propose(first)
    assert.equal(rig.all('verify')[0]?.block.digest, first.digest)
    rig.verified()
    assert.equal(rig.all('commit')[0]?.blocks[0]?.digest, first.digest)
  })

  test('a certified block whose body fails is dropped and asked for again', () => {
    const rig = new Rig()
    rig.certificate(certify('N', 1, first))
    rig.from(2, { type: 'block', block: { ...first, appBody: new Uint8Array([1]) } })
    rig.verified(false)
    rig.wait(TIMING.retryMs)
    assert.ok(rig.sent('need').some(({ message }) => message.digest === first.digest))
    rig.from(3, { type: 'block', block: first })
    rig.verified()
    assert.ok(rig.votes().includes('F1'))
  })
})

describe('RULE X', () => {
  test('a view without a proposal is given up when the leader is overdue', () => {
    const rig = new Rig()
    assert.deepEqual(
      rig.wait(TIMING.leaderMs - 1).filter(({ type }) => type === 'send'),
      [],
    )
    rig.wait(1)
    assert.deepEqual(rig.votes(), ['X1'])
  })

  test('until the view ends the vote is repeated, but not logged again', () => {
    const rig = new Rig()
    rig.wait(TIMING.leaderMs)
    rig.wait(TIMING.retryMs)
    assert.deepEqual(rig.votes(), ['X1'])
    assert.deepEqual(rig.all('persist'), [])
  })

  test('a view that we voted to finalize is not given up by us, even if its certificate is lost', () => {
    const rig = new Rig({}, [{ type: 'vote', kind: 'F', view: view(1), digest: first.digest }])
    assert.equal(rig.state.view, 1)
    rig.wait(TIMING.advanceMs)
    assert.deepEqual(rig.votes(), [])
    assert.equal(rig.sent('need')[0]?.message.view, 1)
  })

  test('giving a view up tells everyone what is final, unless they have been told', () => {
    const rig = new Rig()
    rig.certificate(certify('N', 1, first))
    rig.certificate(certify('F', 1, first))
    rig.wait(TIMING.relayMs)
    rig.wait(TIMING.leaderMs - TIMING.relayMs)
    assert.deepEqual(rig.votes(), ['X2'])
    const pushed = rig.sent('certificate').map(({ to, message }) => [to, message.certificate.kind])
    assert.deepEqual(pushed, [['all', 'F']])
    rig.certificate(certify('X', 2))
    rig.wait(TIMING.relayMs)
    rig.wait(1.5 * TIMING.leaderMs)
    assert.deepEqual(rig.votes(), ['X3'])
    assert.deepEqual(rig.sent('certificate'), [])
  })

  test('a node that voted for the block waits longer', () => {
    const rig = new Rig()
    rig.propose(first)
    rig.verified()
    rig.wait(TIMING.advanceMs - 1)
    assert.deepEqual(rig.votes(), [])
    rig.wait(1)
    assert.deepEqual(rig.votes(), ['X1'])
  })

  test('views that fail in a row are waited for ever longer', () => {
    const rig = new Rig()
    rig.certificate(certify('X', 1))
    rig.wait(1.5 * TIMING.leaderMs - 1)
    assert.deepEqual(rig.votes(), [])
    rig.wait(1)
    assert.deepEqual(rig.votes(), ['X2'])
  })

  test('a leader that was silent in two of its views is no longer waited for, until it votes', () => {
    const rig = new Rig()
    for (let at = 1; at <= 8; at++) {
      if (at % 4 !== 1) rig.vote(at % 4, 'N', at, genesis.digest)
      rig.certificate(certify('X', at), 2)
    }
    assert.deepEqual(rig.votes(), ['X9'])
    const patient = new Rig()
    for (let at = 1; at <= 8; at++) {
      if (at % 4 !== 1) patient.vote(at % 4, 'N', at, genesis.digest)
      if (at === 8) patient.vote(1, 'X', 8)
      patient.certificate(certify('X', at), 2)
    }
    assert.deepEqual(patient.votes(), [])
  })
})

describe('pacing', () => {
  test('an idle chain is not given up before its heartbeat', () => {
    const rig = new Rig({ pacing: { minBlockMs: 0, heartbeatMs: 5000, instant: true } })
    rig.wait(5000 + TIMING.leaderMs - 1)
    assert.deepEqual(rig.votes(), [])
    rig.wait(1)
    assert.deepEqual(rig.votes(), ['X1'])
  })

  test('pending work brings the deadline forward', () => {
    const rig = new Rig({ pacing: { minBlockMs: 0, heartbeatMs: 5000, instant: true } })
    rig.now += 1000
    rig.on({ type: 'work', since: rig.now })
    rig.wait(TIMING.leaderMs)
    assert.deepEqual(rig.votes(), ['X1'])
  })

  test('a leader on an instant chain builds as soon as there is work', () => {
    const rig = new Rig({ seat: 1, pacing: { minBlockMs: 0, heartbeatMs: 5000, instant: true } })
    assert.deepEqual(rig.all('build'), [])
    rig.now += 1000
    rig.on({ type: 'work', since: rig.now })
    assert.equal(rig.all('build')[0]?.request.time, START_MS + 1000)
  })

  test('a leader without work builds at the heartbeat', () => {
    const rig = new Rig({ seat: 1, pacing: { minBlockMs: 0, heartbeatMs: 5000, instant: true } })
    assert.deepEqual(
      rig.wait(4999).filter(({ type }) => type === 'build'),
      [],
    )
    rig.wait(1)
    assert.equal(rig.all('build').length, 1)
  })

  test('a leader on a periodic chain builds one period after the parent', () => {
    const rig = new Rig({ seat: 1, pacing: { minBlockMs: 500, heartbeatMs: 0, instant: false } })
    rig.on({ type: 'work', since: rig.now })
    assert.deepEqual(
      rig.wait(499).filter(({ type }) => type === 'build'),
      [],
    )
    rig.wait(1)
    assert.equal(rig.all('build').length, 1)
  })

  test('a leader that gave its view up while waiting to propose is not woken for it', () => {
    const rig = new Rig({ seat: 1, pacing: { minBlockMs: 0, heartbeatMs: 5000, instant: true } })
    rig.state.deadline = rig.now + 10
    rig.wait(10)
    assert.deepEqual(rig.votes(), ['X1'])
    rig.now += 5000
    rig.on({ type: 'wake' })
    assert.ok(rig.all('wake').every(({ at }) => at > rig.now))
  })
})

describe('leading', () => {
  test('votes go to the seats, and what they make of a block to the observers, from its leader', () => {
    const leader = new Rig()
    for (const at of [1, 2, 3]) leader.certificate(certify('X', at))
    leader.built()
    const { digest } = leader.sent('proposal')[0]!.message.block
    for (const seat of [1, 2]) leader.vote(seat, 'N', 4, digest)
    assert.deepEqual(
      leader.sent('vote').map(({ to, message }) => [to, message.vote.kind]),
      [['seats', 'F']],
    )
    for (const seat of [1, 2]) leader.vote(seat, 'F', 4, digest)
    assert.deepEqual(
      leader.sent('certificate').map(({ to, message }) => [to, message.certificate.kind]),
      [['observers', 'F']],
    )
    const follower = new Rig()
    follower.certificate(certify('F', 1))
    assert.deepEqual(follower.sent('certificate'), [])
  })

  test('a proposal carries the parent certificate and leaves with its block and vote logged', () => {
    const leader = new Rig()
    for (const at of [1, 2, 3]) leader.certificate(certify('X', at))
    leader.built()
    const [proposal] = leader.sent('proposal')
    assert.equal(proposal?.to, 'all')
    assert.equal(proposal?.message.block.justification.length, 3)
    assert.deepEqual(
      leader.all('persist').map(({ record }) => record.type),
      ['block', 'vote'],
    )
  })

  test('nothing is built on a notarized parent before its execution is finished', () => {
    const rig = new Rig()
    for (const at of [1, 2]) rig.certificate(certify('X', at))
    const parent = childOf(genesis, {
      view: 3,
      parentView: 0,
      proposer: 3,
      justification: [certify('X', 1), certify('X', 2)],
    })
    rig.propose(parent)
    const running = rig.all('verify')[0]!
    rig.certificate(certify('N', 3, parent))
    assert.deepEqual(rig.all('build'), [])
    rig.on({ type: 'verified', block: running.block, valid: true })
    assert.equal(rig.all('build')[0]?.request.parent.digest, parent.digest)
  })

  test('a block that comes too late for its view is not proposed', () => {
    const rig = new Rig({ seat: 1 })
    const request = rig.state.building
    assert.equal(request?.view, 1)
    rig.wait(TIMING.leaderMs)
    assert.deepEqual(rig.votes(), ['X1'])
    rig.on({
      type: 'built',
      view: view(1),
      payload: {
        appHeader: new Uint8Array(),
        appBody: new Uint8Array(),
        stateRoot: ZERO_HASH,
        beaconRef: genesis.header.beaconRef,
      },
    })
    assert.deepEqual(rig.sent('proposal'), [])
  })
})

describe('votes and certificates', () => {
  test('three of four equal votes make a certificate of just these seats', () => {
    const rig = new Rig()
    for (const seat of [1, 2, 3]) rig.vote(seat, 'N', 1, first.digest)
    const certificate = rig.state.rounds.get(view(1))?.certificates.N
    assert.deepEqual(seatsOf(certificate!.bitmap, 4), [1, 2, 3])
  })

  test('a vote that names another seat than its sender counts for nobody', () => {
    const rig = new Rig()
    rig.from(1, { type: 'vote', vote: voteOf(committee, 2, 'X', 1) })
    assert.equal(rig.state.rounds.get(view(1))?.votes.X.size ?? 0, 0)
  })

  test('a bad signature fails the aggregate, and bans the seat that sent it but no other', () => {
    const rig = new Rig()
    const vote = { ...voteOf(committee, 1, 'N', 1, first.digest), signature: new Uint8Array(192) }
    rig.from(1, { type: 'vote', vote })
    for (const seat of [2, 3]) rig.vote(seat, 'N', 1, first.digest)
    assert.deepEqual([...rig.state.banned], [1])
    assert.equal(rig.state.rounds.get(view(1))?.certificates.N, null)
    rig.from(2, {
      type: 'proposal',
      block: first,
      vote: voteOf(committee, 2, 'N', 1, first.digest),
      certificates: [],
    })
    assert.equal(rig.state.view, 1)
  })

  test('votes beyond the window of views leave no trace', () => {
    const rig = new Rig()
    rig.vote(1, 'N', 1_000_000_000, first.digest)
    assert.equal(rig.state.rounds.size, 1)
  })

  test('a forged certificate is refused and its sender no longer heard', () => {
    const rig = new Rig()
    rig.certificate({ ...certify('X', 1), signature: new Uint8Array(96) })
    assert.equal(rig.state.view, 1)
    rig.certificate(certify('X', 1))
    assert.equal(rig.state.view, 1)
    rig.certificate(certify('X', 1), 2)
    assert.equal(rig.state.view, 2)
  })

  test('a certificate by too little weight is refused', () => {
    const rig = new Rig()
    rig.certificate(certificateOf(committee, 'X', 1, ZERO_HASH, [1, 2]))
    assert.equal(rig.state.view, 1)
  })
})

describe('evidence', () => {
  const cases = [
    ['NN', voteOf(committee, 1, 'N', 1, first.digest), voteOf(committee, 1, 'N', 1, other.digest)],
    ['FF', voteOf(committee, 1, 'F', 1, first.digest), voteOf(committee, 1, 'F', 1, other.digest)],
    ['XF', voteOf(committee, 1, 'X', 1), voteOf(committee, 1, 'F', 1, first.digest)],
    ['FN', voteOf(committee, 1, 'F', 1, first.digest), voteOf(committee, 1, 'N', 1, other.digest)],
  ] as const

  for (const [kind, one, two] of cases) {
    test(`${kind} is reported in whichever order the votes come, and once only`, () => {
      for (const order of [
        [one, two],
        [two, one],
      ] as const) {
        const rig = new Rig()
        for (const vote of order) rig.from(1, { type: 'vote', vote })
        const [found, ...more] = rig.all('evidence')
        assert.equal(found?.evidence.kind, kind)
        assert.deepEqual(new Set([found?.evidence.first, found?.evidence.second]), new Set([one, two]))
        assert.deepEqual([found?.evidence.first.kind, found?.evidence.second.kind].join(''), kind)
        assert.deepEqual(more, [])
        rig.from(1, { type: 'vote', vote: order[1] })
        assert.deepEqual(rig.all('evidence'), [])
      }
    })
  }

  test('notarizing and then nullifying is no offence', () => {
    const rig = new Rig()
    rig.vote(1, 'N', 1, first.digest)
    rig.vote(1, 'X', 1)
    assert.deepEqual(rig.all('evidence'), [])
  })

  test('a contradiction with a bad signature is no evidence, and bans its sender', () => {
    const rig = new Rig()
    rig.vote(1, 'N', 1, first.digest)
    const vote = { ...voteOf(committee, 1, 'N', 1, other.digest), signature: new Uint8Array(192) }
    rig.from(1, { type: 'vote', vote })
    assert.deepEqual(rig.all('evidence'), [])
    assert.ok(rig.state.banned.has(1))
  })
})

describe('recovery', () => {
  test('a node that notarized a block before a crash does not notarize another one after it', () => {
    const before = new Rig()
    before.propose(first)
    before.verified()
    const after = new Rig({}, before.records)
    after.propose(other)
    assert.deepEqual([...after.votes(), ...after.all('verify')], [])
  })

  test('a shortened log keeps a node from double-voting just as well', () => {
    const before = new Rig()
    before.certificate(certify('X', 1))
    before.propose(
      childOf(genesis, { view: 2, parentView: 0, proposer: 2, justification: [certify('X', 1)] }),
    )
    before.verified()
    before.wait(1.5 * TIMING.advanceMs)
    const after = new Rig({}, recordsOf(before.state))
    assert.equal(after.state.view, 2)
    assert.deepEqual(after.state.rounds.get(view(2))?.mine, before.state.rounds.get(view(2))?.mine)
    assert.deepEqual(
      recordsOf(after.state).map(({ type }) => type),
      ['certificate', 'vote', 'vote', 'block'],
    )
  })

  test('a vote cast before a crash counts after it, without being cast again', () => {
    const before = new Rig()
    before.wait(TIMING.leaderMs)
    assert.deepEqual(before.votes(), ['X1'])
    const after = new Rig({}, before.records)
    for (const seat of [1, 2]) after.vote(seat, 'X', 1)
    assert.equal(after.state.view, 2)
    assert.equal(after.records.filter(({ type }) => type === 'vote').length, 1)
  })

  test('a node starts in the view after its last certificate', () => {
    const before = new Rig()
    before.certificate(certify('X', 1))
    before.certificate(certify('X', 2))
    assert.equal(new Rig({}, before.records).state.view, 3)
  })

  test('a block that became final before a crash is executed and committed after it', () => {
    const before = new Rig()
    before.propose(first)
    before.verified()
    before.certificate(certify('F', 1, first))
    assert.equal(before.all('commit').length, 1)
    const after = new Rig({}, before.records)
    after.on({ type: 'start' })
    const { block } = after.state.blocks.get(first.digest)!
    after.on({ type: 'verified', block, valid: true })
    assert.deepEqual(
      after.all('commit')[0]?.blocks.map(({ digest }) => digest),
      [first.digest],
    )
  })

  test('a node that must not vote follows without a word', () => {
    const rig = new Rig({ signer: null })
    rig.propose(first)
    rig.certificate(certify('N', 1, first))
    rig.wait(10_000)
    assert.deepEqual(rig.votes(), [])
    assert.deepEqual(rig.all('persist'), [])
  })
})

describe('peers', () => {
  test('a new peer gets the entry certificate and our votes of the view', () => {
    const rig = new Rig()
    rig.certificate(certify('X', 1))
    rig.wait(1.5 * TIMING.leaderMs)
    rig.on({ type: 'peerConnected', peer: 'late', seat: 3 })
    assert.deepEqual(
      rig.all('send').map(({ to, message }) => `${to} ${message.type}`),
      ['late certificate', 'late vote'],
    )
  })

  test('a new peer of the leader gets its proposal', () => {
    const rig = new Rig({ seat: 1 })
    rig.on({ type: 'peerDisconnected', peer: '2' })
    rig.built()
    rig.on({ type: 'peerConnected', peer: '2', seat: 2 })
    assert.equal(rig.sent('proposal')[0]?.to, '2')
  })

  test('the entry certificate is relayed to the seats not known to have it', () => {
    const rig = new Rig()
    rig.wait(TIMING.relayMs)
    rig.vote(2, 'N', 2, second.digest)
    rig.certificate(certify('X', 1))
    rig.wait(TIMING.relayMs)
    assert.deepEqual(
      rig.sent('certificate').map(({ to }) => to),
      ['1', '3'],
    )
  })

  test('whoever gives up a view that we left gets our entry certificate, but not again and again', () => {
    const rig = new Rig()
    for (const at of [1, 2, 3]) rig.certificate(certify('X', at))
    rig.vote(1, 'X', 1)
    assert.deepEqual(
      rig.sent('certificate').map(({ message }) => message.certificate.view),
      [3],
    )
    rig.vote(1, 'X', 1)
    assert.deepEqual(rig.sent('certificate'), [])
  })

  test('a peer can make us send only so many bodies', () => {
    const rig = new Rig()
    rig.propose(first)
    let bodies = 0
    for (let asked = 0; asked < 100; asked++) {
      rig.from(2, { type: 'need', view: view(1), digest: first.digest })
      bodies += rig.sent('block').length
    }
    assert.equal(bodies, 16)
  })

  test('bytes that are no message mute their sender', () => {
    const rig = new Rig()
    rig.on({ type: 'garbage', from: '1' })
    rig.certificate(certify('X', 1), 1)
    assert.equal(rig.state.view, 1)
  })
})
