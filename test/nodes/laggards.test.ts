import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeMessage, encodeMessage, type Message } from '../../src/consensus/message.ts'
import { Laggards, TELL_INTERVAL_MS } from '../../src/nodes/laggards.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { height, view } from '../../src/primitives/ids.ts'
import { ChainNetwork, instanceOf, keyOf, silent } from './rig.ts'

const WHERE_ARE_YOU: Message = { type: 'need', view: view(1), digest: null }

/** A node's store after two instances of five blocks, and what it answers about them. */
async function createLaggards() {
  const network = new ChainNetwork({ nodes: 4, length: 5, committeeOf: () => [0, 1, 2, 3] })
  await network.startAll()
  await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 10), 10_000)
  const { store } = network.nodes[0]!
  const sent: { to: string; message: Message }[] = []
  let now = 1_000_000
  const laggards = new Laggards({
    blocksOf: (instance) => store.blocksOf(instance),
    send: (to, _, bytes) => sent.push({ to, message: decodeMessage(bytes) }),
    clock: { now: () => now },
    logger: silent,
  })
  const ask = (question: Message, of = 0, peer = 1) =>
    laggards.answer(keyOf(peer), instanceOf(of), encodeMessage(question))
  return { store, sent, ask, laggards, pass: (ms: number) => (now += ms) }
}

describe('answers to laggards', () => {
  test('tell where an instance ended, once in a while, and of another instance at once', async () => {
    const { store, sent, ask, pass } = await createLaggards()
    await ask(WHERE_ARE_YOU)
    await ask(WHERE_ARE_YOU)
    assert.equal(sent.length, 1)
    const { message } = sent[0]!
    assert.ok(message.type === 'certificate' && message.certificate.digest === store.blocks.get(5)!.digest)
    await ask(WHERE_ARE_YOU, 1)
    assert.equal(sent.length, 2)
    pass(TELL_INTERVAL_MS)
    await ask(WHERE_ARE_YOU, 1)
    assert.equal(sent.length, 3)
  })

  test('give blocks with their proof, and single ones among the last', async () => {
    const { store, sent, ask } = await createLaggards()
    await ask({ type: 'chainRequest', fromHeight: height(2), max: 64 })
    const response = sent[0]!.message
    assert.ok(response.type === 'chainResponse')
    assert.deepEqual(
      response.blocks.map(({ header }) => header.height),
      [2, 3, 4, 5],
    )
    await ask({ type: 'need', view: view(3), digest: store.blocks.get(3)!.digest })
    const block = sent[1]!.message
    assert.ok(block.type === 'block' && block.block.header.height === 3)
    await ask({ type: 'need', view: view(3), digest: keccakHex(Uint8Array.of(1)) })
    assert.equal(sent.length, 2)
  })

  test('are none to certificates and answers, nor to garbage', async () => {
    const { store, sent, ask, laggards } = await createLaggards()
    await ask({ type: 'certificate', certificate: store.certificates.get(5)! })
    await ask({ type: 'block', block: store.blocks.get(3)! })
    await laggards.answer(keyOf(1), instanceOf(0), Uint8Array.of(9, 9, 9))
    assert.deepEqual(sent, [])
  })

  test('come one at a time to each peer', async () => {
    const { sent, ask } = await createLaggards()
    const request: Message = { type: 'chainRequest', fromHeight: height(1), max: 1 }
    await Promise.all([ask(request), ask(request), ask(request, 0, 2)])
    assert.deepEqual(
      sent.map(({ to }) => to),
      [keyOf(1), keyOf(2)],
    )
  })
})
