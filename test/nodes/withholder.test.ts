import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeMessage, type Message } from '../../src/consensus/message.ts'
import { withholder } from '../../src/nodes/withholder.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { childOf, committeeOf, genesisBlock, INSTANCE, voteOf } from '../consensus/fixtures.ts'

const LEADER = 1
const OBSERVER: Hex = '0xff'
const keyOf = (validator: number): Hex => `0x0${validator}`

/** Who gets a message, of a committee with these weights. */
function recipients(
  weights: readonly number[],
  from: 'nobody' | 'most' | 'all',
  type: Message['type'],
): Hex[] {
  const committee = committeeOf(weights)
  const block = childOf(genesisBlock(), { view: 4, parentView: 0, proposer: LEADER })
  const vote = voteOf(committee, LEADER, 'N', 4, block.digest)
  const message: Message =
    type === 'proposal' ? { type, block, vote, certificates: [] } : { type: 'vote', vote }
  const reached: Hex[] = []
  const send = withholder((to) => reached.push(...to), {
    validator: () => LEADER,
    from: () => from,
    committeeOf: () => committee,
    networkKeyOf: keyOf,
  })
  const others = weights.flatMap((_, seat) => (seat === LEADER ? [] : [keyOf(seat)]))
  send([...others, OBSERVER], INSTANCE, encodeMessage(message))
  return reached
}

test('a proposal reaches one member too few for a quorum', () => {
  assert.deepEqual(recipients([1, 1, 1, 1, 1], 'most', 'proposal'), ['0x00', '0x02'])
  assert.deepEqual(recipients([1, 1, 1, 1, 1, 1, 1], 'most', 'proposal'), ['0x00', '0x02', '0x03'])
})

test('what counts is weight', () => {
  assert.deepEqual(recipients([9, 2, 2, 2, 2], 'most', 'proposal'), ['0x00'])
})

test('or nobody', () => {
  assert.deepEqual(recipients([1, 1, 1, 1, 1], 'all', 'proposal'), [])
})

test('votes go to all, and so do proposals unless it is told to', () => {
  assert.equal(recipients([1, 1, 1, 1, 1], 'all', 'vote').length, 5)
  assert.equal(recipients([1, 1, 1, 1, 1], 'nobody', 'proposal').length, 5)
})
