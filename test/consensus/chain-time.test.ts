/** Blocks may bear another time than the clock's; what a node waits for is the clock's all the same. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TIME_AHEAD_MAX_MS } from '../../src/consensus/timing.ts'
import { certificateOf, childOf } from './fixtures.ts'
import { Rig, START_MS } from './rig.ts'

const DAY_MS = 86_400_000
const HEARTBEAT = { minBlockMs: 0, heartbeatMs: 1_000, instant: true }

test('a leader gives its block the time of the chain', () => {
  const rig = new Rig({ seat: 1, pacing: HEARTBEAT })
  rig.chainTime = { aheadMs: DAY_MS, acceptedMs: DAY_MS }
  rig.on({ type: 'work', since: rig.now })
  assert.equal(rig.state.building?.time, START_MS + DAY_MS)
})

test('a block is refused that is further ahead than blocks may be, and only then', () => {
  for (const [ahead, expected] of [
    [DAY_MS + TIME_AHEAD_MAX_MS, ['N1']],
    [DAY_MS + TIME_AHEAD_MAX_MS + 1, ['X1']],
  ] as const) {
    const rig = new Rig()
    rig.chainTime = { aheadMs: 0, acceptedMs: DAY_MS }
    const time = rig.now + ahead
    rig.propose(childOf(rig.genesis, { view: 1, parentView: 0, proposer: 1, time }))
    if (rig.all('verify').length > 0) rig.verified()
    assert.deepEqual(rig.votes(), expected)
  }
})

test('after the chain was moved ahead, an idle leader proposes at once, and then at its heartbeat again', () => {
  const rig = new Rig({ seat: 2, pacing: HEARTBEAT })
  const first = childOf(rig.genesis, { view: 1, parentView: 0, proposer: 1, time: rig.now })
  rig.propose(first)
  rig.verified()
  rig.certificate(certificateOf(rig.committee, 'N', 1, first.digest))
  assert.deepEqual(rig.all('build'), [])
  rig.chainTime = { aheadMs: DAY_MS, acceptedMs: DAY_MS }
  rig.wait(1)
  assert.equal(rig.state.building?.time, rig.now + DAY_MS)

  const follower = new Rig({ pacing: HEARTBEAT })
  follower.chainTime = { aheadMs: DAY_MS, acceptedMs: DAY_MS }
  const later = childOf(follower.genesis, {
    view: 1,
    parentView: 0,
    proposer: 1,
    time: follower.now + DAY_MS,
  })
  follower.propose(later)
  follower.verified()
  follower.certificate(certificateOf(follower.committee, 'N', 1, later.digest))
  follower.wait(1_000)
  assert.deepEqual(follower.votes(), [], 'the next block is not overdue before its heartbeat')
})
