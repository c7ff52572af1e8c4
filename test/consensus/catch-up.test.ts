import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Block } from '../../src/consensus/block.ts'
import { collectChain } from '../../src/consensus/chain-server.ts'
import type { ChainResponse } from '../../src/consensus/message.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import { height } from '../../src/primitives/ids.ts'
import { SimulatedStore } from '../simulation/engine/application.ts'
import { certificateOf, childOf, committeeOf, genesisBlock } from './fixtures.ts'
import { Rig, START_MS, TIMING } from './rig.ts'

const committee = committeeOf([1, 1, 1, 1])
const genesis = genesisBlock(START_MS)
const chain: Block[] = []
for (let at = 1; at <= 200; at++) {
  chain.push(childOf(chain.at(-1) ?? genesis, { view: at, parentView: at - 1, proposer: at % 4 }))
}
const finality = (at: number) => certificateOf(committee, 'F', at, chain[at - 1]!.digest, [1, 2, 3])

/** A store with the first `count` blocks, of which every `step`-th and the last have certificates of their own. */
function storeOf(count: number, step = 1): SimulatedStore {
  const store = new SimulatedStore(new SimulatedTime())
  for (const block of chain.slice(0, count)) {
    const { height: at, view } = block.header
    store.blocks.set(at, block)
    if (view % step === 0 || view === count) store.certified.set(at, finality(view))
  }
  return store
}

/** Answers chain requests from `store`, and verifications with yes, until the node has no more. Returns heights committed. */
async function catchUp(rig: Rig, store: SimulatedStore): Promise<number[]> {
  const committed: number[] = []
  const todo = [...rig.effects]
  for (let effect = todo.shift(); effect !== undefined; effect = todo.shift()) {
    if (effect.type === 'commit') {
      committed.push(...effect.blocks.map((block) => block.header.height - genesis.header.height))
      todo.push(...rig.on({ type: 'committed', height: effect.blocks.at(-1)!.header.height }))
    }
    if (effect.type === 'verify') todo.push(...rig.on({ type: 'verified', block: effect.block, valid: true }))
    if (effect.type === 'send' && effect.message.type === 'chainRequest') {
      const { fromHeight, max } = effect.message
      const response = await collectChain(store, fromHeight, max)
      if (response !== null) todo.push(...rig.from(effect.to, response))
    }
  }
  return committed
}

describe('a node that is far behind', () => {
  test('catches up 200 blocks from one certificate, in order and without a wake-up', async () => {
    const rig = new Rig()
    rig.certificate(finality(200))
    const committed = await catchUp(rig, storeOf(200))
    assert.deepEqual(
      committed,
      chain.map((_, index) => index + 1),
    )
    assert.equal(rig.now, START_MS)
  })

  test('catches up over a stretch longer than a response that has one certificate only', async () => {
    const rig = new Rig()
    rig.certificate(finality(150))
    assert.equal((await catchUp(rig, storeOf(150, 1000))).length, 150)
  })

  test('holds no more than a window of blocks afterwards', async () => {
    const rig = new Rig()
    rig.certificate(finality(200))
    await catchUp(rig, storeOf(200))
    assert.ok(rig.state.blocks.size <= 8)
    assert.ok(rig.state.rounds.size <= 2)
    assert.equal(rig.state.ancestry.size, 0)
  })

  test('asks another peer when one does not answer', () => {
    const rig = new Rig()
    rig.certificate(finality(200))
    const first = rig.sent('chainRequest')[0]!.to
    rig.wait(4 * TIMING.retryMs)
    const second = rig.sent('chainRequest')[0]!.to
    assert.notEqual(first, second)
  })

  test('asks for several missing blocks at once', () => {
    const rig = new Rig()
    rig.certificate(finality(3))
    assert.deepEqual(rig.sent('chainRequest'), [])
    rig.from(1, { type: 'block', block: chain[2]! })
    assert.equal(rig.sent('chainRequest')[0]?.message.fromHeight, chain[0]!.header.height)
  })

  test('turns to each peer for the chain, whatever it asks them for meanwhile', () => {
    const rig = new Rig()
    rig.certificate(finality(150))
    const asked = [rig.sent('chainRequest')[0]!.to]
    for (let at = 151; asked.length < 3; at += 2) {
      for (const view of [at, at + 1]) {
        const notarized = chain[view - 1]!
        rig.certificate(certificateOf(committee, 'N', view, notarized.digest, [1, 2, 3]))
        rig.from(1, { type: 'block', block: notarized })
      }
      rig.wait(4 * TIMING.retryMs)
      asked.push(rig.sent('chainRequest')[0]!.to)
    }
    assert.deepEqual(asked.toSorted(), ['1', '2', '3'])
  })
})

describe('a chain response', () => {
  test('is ignored if it was not asked for', async () => {
    const rig = new Rig()
    rig.from(1, (await collectChain(storeOf(10), height(101), 10))!)
    assert.equal(rig.state.blocks.size, 1)
    assert.deepEqual(rig.effects, [])
  })

  const forgeries: [string, (response: ChainResponse) => ChainResponse][] = [
    [
      'whose blocks do not follow one another',
      (response) => ({ ...response, blocks: response.blocks.toSpliced(3, 1) }),
    ],
    ['whose certificate is of another block', (response) => ({ ...response, certificate: finality(7) })],
    [
      'whose certificate is forged',
      (response) => ({
        ...response,
        certificate: { ...response.certificate, signature: new Uint8Array(96) },
      }),
    ],
    [
      'with a body of another header',
      (response) => ({
        ...response,
        blocks: response.blocks.with(2, { ...response.blocks[2]!, appHeader: new Uint8Array([1]) }),
      }),
    ],
  ]
  for (const [name, forge] of forgeries) {
    test(`${name} is refused, and its sender no longer heard`, async () => {
      const rig = new Rig()
      rig.certificate(finality(200), 3)
      const { to } = rig.sent('chainRequest')[0]!
      rig.from(to, forge((await collectChain(storeOf(10), height(101), 10))!))
      assert.equal(rig.state.peers.get(to)?.muted, true)
      assert.deepEqual(rig.all('verify'), [])
    })
  }

  test('with a body that fails is answered by asking another peer, after a while', async () => {
    const rig = new Rig()
    rig.certificate(finality(200))
    const { to } = rig.sent('chainRequest')[0]!
    rig.from(to, (await collectChain(storeOf(10), height(101), 10))!)
    rig.verified(false)
    assert.deepEqual(rig.sent('chainRequest'), [])
    rig.wait(TIMING.retryMs)
    const [again] = rig.sent('chainRequest')
    assert.notEqual(again?.to, to)
    assert.equal(again?.message.fromHeight, 101)
  })

  test('ends before the block that would take it past its size', async () => {
    const large = childOf(genesis, { view: 1, parentView: 0, proposer: 1, body: 'x'.repeat(1_500_000) })
    const next = childOf(large, { view: 2, parentView: 1, proposer: 2, body: 'y'.repeat(1_500_000) })
    const store = new SimulatedStore(new SimulatedTime())
    for (const block of [large, next]) store.blocks.set(block.header.height, block)
    store.certified.set(next.header.height, certificateOf(committee, 'F', 2, next.digest))
    const response = await collectChain(store, large.header.height, 64)
    assert.deepEqual([response?.blocks.length, response?.headers.length], [1, 1])
  })
})

test('final blocks that contradict one another stop the node', () => {
  const rig = new Rig()
  const [first] = chain
  rig.propose(first!)
  rig.verified()
  rig.certificate(finality(1))
  const fork = childOf(genesis, { view: 2, parentView: 0, proposer: 2, body: 'fork' })
  rig.certificate(certificateOf(committee, 'F', 2, fork.digest))
  rig.from(2, { type: 'block', block: fork })
  assert.equal(rig.all('halt').length, 1)
  assert.deepEqual(rig.wait(10_000), [])
})
