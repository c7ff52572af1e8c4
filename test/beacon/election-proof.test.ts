import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkElectionProof,
  createElectionProof,
  type ElectionProof,
} from '../../src/beacon/election-proof.ts'
import { epoch, rollupId } from '../../src/primitives/ids.ts'
import { alice, createGenesis, rollupSpec, TOKEN } from './fixture.ts'
import { Ledger } from './transition/ledger.ts'

const EPOCH_LENGTH = 4
const STAKES = [1000n, 3000n, 2000n, 1500n, 9000n, 1200n, 5000n, 2500n].map((stake) => stake * TOKEN)
const GENESIS = createGenesis({
  params: { epochLength: EPOCH_LENGTH },
  stakes: STAKES,
  rollups: [rollupSpec({ minStake: 1200n * TOKEN })],
})

function proofAt(ledger: Ledger, rollup: number, at: number, sub = 0) {
  const instance = { rollup: rollupId(rollup), epoch: epoch(at), sub }
  const question = { stateRoot: ledger.trie.root, instance, epochLength: EPOCH_LENGTH }
  return { proof: createElectionProof(ledger.trie, instance), question }
}

test('every committee in the state can be proven, those of new and of reopened rollups too', () => {
  const ledger = new Ledger(GENESIS)
  const spec = rollupSpec({ name: 'late', chainId: 7_700_002 })
  ledger.advanceTo(5)
  ledger.apply({ actions: [ledger.sign({ type: 'registerRollup', nonce: 0, spec }, alice)] })
  ledger.advanceTo(24)
  for (const [rollup, from] of [
    [1, 0],
    [2, 1],
  ] as const) {
    for (let at = from; at <= 7; at++) {
      const { proof, question } = proofAt(ledger, rollup, at)
      assert.equal(checkElectionProof(proof!, question), null, `rollup ${rollup}, epoch ${at}`)
    }
  }
  const reopened = ledger.state.instanceStatus(rollupId(1))!.instance
  assert.equal(reopened.sub, 1)
  const { proof, question } = proofAt(ledger, 1, reopened.epoch, 1)
  assert.equal(checkElectionProof(proof!, question), null)
  assert.equal(proofAt(ledger, 1, 8).proof, null)
  assert.equal(proofAt(ledger, 3, 1).proof, null)
})

test("a validator below the rollup's minimum stake is never elected", () => {
  const ledger = new Ledger(GENESIS)
  ledger.advanceTo(40)
  for (let at = 0; at <= 11; at++) {
    const { seats, standby } = ledger.state.committee({ rollup: rollupId(1), epoch: epoch(at), sub: 0 })!
    assert.equal([...seats, ...standby].includes(0), false)
  }
})

test('a proof that was tampered with, or of something else, is refused with its reason', () => {
  const ledger = new Ledger(GENESIS)
  ledger.advanceTo(12)
  const { proof, question } = proofAt(ledger, 1, 2)
  const faultOf = (fields: Partial<ElectionProof>) => checkElectionProof({ ...proof!, ...fields }, question)
  const { order, committee } = proof!
  const cut = { ...committee, nodes: committee.nodes.slice(1) }
  const flipped = {
    ...committee,
    nodes: committee.nodes.map((node) => node.with(node.length - 1, node.at(-1)! ^ 1)),
  }
  const claimed = { ...committee, value: committee.value.with(0, committee.value[0]! ^ 1) }
  const lighter = order.with(0, { ...order[0]!, weight: order[0]!.weight - 1n })
  assert.equal(faultOf({}), null)
  assert.equal(faultOf({ committee: cut }), 'STATE_PROOF_INVALID')
  assert.equal(faultOf({ committee: flipped }), 'STATE_PROOF_INVALID')
  assert.equal(faultOf({ committee: claimed }), 'STATE_PROOF_INVALID', 'nodes and value must agree')
  assert.equal(faultOf({ committee: proofAt(ledger, 1, 3).proof!.committee }), 'STATE_PROOF_INVALID')
  assert.equal(faultOf({ order: order.slice(1) }), 'WRONG_NUMBER_OF_SEATS')
  assert.equal(faultOf({ order: [order[1]!, order[0]!, ...order.slice(2)] }), 'WRONG_NUMBER_OF_SEATS')
  assert.equal(faultOf({ order: lighter }), 'LEAF_NOT_IN_TREE')
  assert.equal(
    checkElectionProof(proof!, { ...question, stateRoot: `0x${'11'.repeat(32)}` }),
    'STATE_PROOF_INVALID',
  )
})
