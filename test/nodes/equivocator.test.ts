import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEvidence, verifyEvidence } from '../../src/beacon/evidence.ts'
import { matchesPayloadRoot } from '../../src/consensus/inspect.ts'
import { decodeMessage, encodeMessage, type Message } from '../../src/consensus/message.ts'
import type { Vote } from '../../src/consensus/vote.ts'
import { equivocator } from '../../src/nodes/equivocator.ts'
import { simulatedScheme, simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { childOf, committeeOf, genesisBlock, INSTANCE, voteOf } from '../consensus/fixtures.ts'

const SEAT = 2
const committee = committeeOf([1, 1, 1, 1, 1])
const peers: readonly Hex[] = ['0xaa', '0xbb', '0xcc']
const block = childOf(genesisBlock(), { view: 4, parentView: 0, proposer: SEAT })

/** What each peer gets for one message of the honest engine's. */
function sendThrough(message: Message, isOn: boolean): Map<Hex, Message[]> {
  const got = new Map<Hex, Message[]>(peers.map((peer) => [peer, []]))
  const send = equivocator(
    (to, _, bytes) => {
      for (const peer of to) got.get(peer)!.push(decodeMessage(bytes))
    },
    { signer: simulatedSigner(SEAT), isOn: () => isOn, committeeOf: () => committee },
  )
  send(peers, INSTANCE, encodeMessage(message))
  return got
}

function votesIn(messages: readonly Message[]): Vote[] {
  return messages.flatMap((message) => ('vote' in message ? [message.vote] : []))
}

function assertProven([first, second, ...more]: readonly Vote[]): void {
  assert.deepEqual(more, [])
  const evidence = createEvidence(INSTANCE, first!, second!)
  assert.equal(verifyEvidence(committee, simulatedScheme, evidence), 'NN')
}

const vote = voteOf(committee, SEAT, 'N', 4, block.digest)
const proposal: Message = { type: 'proposal', block, vote, certificates: [] }

test('votes for two blocks in one view, so that each peer can prove it', () => {
  for (const messages of sendThrough({ type: 'vote', vote }, true).values()) assertProven(votesIn(messages))
})

test('proposes two blocks to two halves, and tells each of the vote for the other', () => {
  const got = [...sendThrough(proposal, true).values()]
  const proposed = got.map((messages) => {
    const [first] = messages
    assert.ok(first?.type === 'proposal')
    assert.equal(first.vote.digest, first.block.digest)
    assert.ok(matchesPayloadRoot(first.block))
    assertProven(votesIn(messages))
    return first.block.digest
  })
  assert.equal(new Set(proposed).size, 2)
  assert.ok(proposed.includes(block.digest))
})

test('everything else goes out as the engine has it, and all of it unless it is told to', () => {
  const final = { ...vote, kind: 'F' } as const
  const repeated = { ...proposal, vote: voteOf(committee, SEAT, 'N', 5, block.digest) } as const
  for (const [message, isOn] of [
    [{ type: 'vote', vote: final }, true],
    [repeated, true],
    [proposal, false],
    [{ type: 'vote', vote }, false],
  ] as const) {
    for (const messages of sendThrough(message, isOn).values()) assert.deepEqual(messages, [message])
  }
})
