import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeMessage } from '../../src/consensus/message.ts'
import { voteMessage } from '../../src/consensus/vote.ts'
import { simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import { utf8 } from '../../src/primitives/bytes.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { instanceKey, view } from '../../src/primitives/ids.ts'
import { ChainNetwork, instanceOf } from './rig.ts'

/** Four of six nodes, another four in each instance. */
const rotating = () =>
  new ChainNetwork({
    nodes: 6,
    length: 5,
    committeeOf: ({ epoch }) => [0, 1, 2, 3].map((seat) => (seat + epoch) % 6),
  })

const fixed = () => new ChainNetwork({ nodes: 4, length: 5, committeeOf: () => [0, 1, 2, 3] })

function assertSameChain({ nodes }: ChainNetwork, upTo: number): void {
  for (let height = 1; height <= upTo; height++) {
    const digests = new Set(nodes.map(({ store }) => store.blocks.get(height)?.digest))
    assert.equal(digests.size, 1, `block ${height}`)
  }
}

describe('a chain of instances', () => {
  test('goes on from each instance into the next without a gap, with other members', async () => {
    const network = rotating()
    await network.startAll()
    await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 30), 20_000)
    assertSameChain(network, 30)
    const instances = [...network.nodes[0]!.store.blocks.values()].map(({ header }) => header.instance.epoch)
    assert.deepEqual(instances.slice(1, 17), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3])
    assert.deepEqual(
      network.nodes[0]!.entered.slice(0, 4).map(({ seat }) => seat),
      [0, -1, -1, 3],
    )
  })

  test('keeps only the logs of the present and the previous instance', async () => {
    const network = fixed()
    await network.startAll()
    await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 21), 20_000)
    for (const { disks } of network.nodes) assert.deepEqual([...disks.keys()], ['1-3-0', '1-4-0'])
  })

  test('a node that was away for whole instances comes back without waiting for timeouts, and votes again', async () => {
    const network = fixed()
    await network.startAll()
    const late = network.nodes[3]!
    await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 3), 5_000)
    await late.crash()
    await network.runUntil(() => network.nodes[0]!.store.height >= 40, 60_000)
    late.start()
    const tookMs = await network.runUntil(
      () => late.store.height >= network.nodes[0]!.store.height && late.store.height >= 40,
      5_000,
    )
    // Seven instances, each a question, an answer and a fetch of 5 ms hops.
    assert.ok(tookMs < 600, `${tookMs} ms`)
    const voters = new Set<number>()
    network.onMessage = (from, _, message) => {
      if (message.type === 'vote') voters.add(from)
    }
    await network.run(1_000)
    assert.ok(voters.has(3))
    assertSameChain(network, 40)
  })

  test('a node without a seat for the time being follows, and is in sync when its instance begins', async () => {
    const network = rotating()
    await network.startAll()
    const next = network.nodes[4]!
    await network.runUntil(() => next.entered.some(({ key }) => key === '1-1-0'), 10_000)
    const { at } = next.entered.find(({ key }) => key === '1-1-0')!
    const others = network.nodes
      .slice(1, 4)
      .map(({ entered }) => entered.find(({ key }) => key === '1-1-0')!.at)
    assert.equal(next.store.height, 5)
    assert.ok(at - Math.min(...others) <= 20)
  })

  test('waits for a plan, and begins once however often it is told of it', async () => {
    const network = fixed()
    const [first] = network.nodes
    let isKnown = false
    first!.isPlanKnown = () => isKnown
    await network.startAll()
    assert.equal(first!.chain!.instance, null)
    isKnown = true
    for (let i = 0; i < 3; i++) first!.chain!.poke()
    await network.run(100)
    assert.deepEqual(first!.opened, ['1-0-0'])
    await network.runUntil(() => first!.store.height >= 2, 5_000)
  })

  test('a second start for the same instance, while the first is under way, changes nothing', async () => {
    const network = fixed()
    const chain = network.nodes[0]!.create()
    network.time.awaitPromises()
    const started = chain.start(instanceOf(0))
    chain.poke()
    chain.poke()
    await network.run(50)
    await started
    assert.deepEqual(network.nodes[0]!.opened, ['1-0-0'])
  })

  test('what came before the instance had begun is not lost', async () => {
    const network = fixed()
    const [late, ...others] = network.nodes
    let isKnown = false
    late!.isPlanKnown = () => isKnown
    await network.startAll()
    for (const { chain } of others) chain!.work(network.time.now())
    await network.run(30)
    isKnown = true
    network.time.awaitPromises()
    late!.chain!.poke()
    const tookMs = await network.runUntil(() => late!.store.height >= 1, 1_000)
    assert.ok(tookMs <= 30, `${tookMs} ms`)
  })

  test('stopped while it starts, it leaves no log open and sends nothing any more', async () => {
    const network = fixed()
    const node = network.nodes[0]!
    const chain = node.create()
    network.time.awaitPromises()
    void chain.start(instanceOf(0))
    await chain.stop()
    assert.equal(node.openLogs.size, 0)
    let sent = 0
    network.onMessage = () => sent++
    chain.peerConnected(network.nodes[1]!.key)
    chain.poke()
    await network.run(2_000)
    assert.equal(sent, 0)
    assert.equal(node.openLogs.size, 0)
  })

  test('a log that cannot be written ends the chain with one failure, and keeps what was final', async () => {
    const network = fixed()
    await network.startAll()
    const victim = network.nodes[2]!
    await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 3), 5_000)
    const before = [...victim.store.blocks.values()].slice(0, 4).map(({ digest }) => digest)
    victim.failingLog = true
    await assert.rejects(network.run(500), { code: 'E102' })
    victim.failure = null
    const votes: number[] = []
    network.onMessage = (from, _, message) => {
      if (message.type === 'vote') votes.push(from)
    }
    await network.run(1_000)
    assert.ok(votes.length > 0 && !votes.includes(2))
    assert.equal(victim.failure, null, 'told once')
    await victim.crash()
    victim.failingLog = false
    victim.start()
    await network.runUntil(() => victim.store.height >= network.nodes[0]!.store.height, 3_000)
    assert.deepEqual(
      [...victim.store.blocks.values()].slice(0, 4).map(({ digest }) => digest),
      before,
    )
  })

  test('tells of a member that signs two votes of one view', async () => {
    const network = fixed()
    await network.startAll()
    const [judge] = network.nodes
    const { committee } = judge!.chain!.plan!
    for (const text of ['one', 'two']) {
      const digest = keccakHex(utf8(text))
      const signature = simulatedSigner(3).sign(voteMessage(committee, 'N', view(9), digest))
      const vote = { kind: 'N', view: view(9), digest, signer: 3, signature } as const
      judge!.chain!.receive(network.nodes[3]!.key, instanceOf(0), encodeMessage({ type: 'vote', vote }))
    }
    await network.run(10)
    assert.deepEqual(
      judge!.evidence.map(({ instance, evidence }) => [instanceKey(instance), evidence.kind]),
      [['1-0-0', 'NN']],
    )
  })

  test('an instance that must not be signed any more is still followed', async () => {
    const network = fixed()
    await network.startAll()
    await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 2), 5_000)
    const [closed, ...others] = network.nodes
    closed!.mayVote = () => false
    network.time.awaitPromises()
    closed!.chain!.relocate(() => closed!.chain!.instance ?? instanceOf(0))
    await network.run(50)
    const votes: number[] = []
    network.onMessage = (from, _, message) => {
      if (message.type === 'vote' || message.type === 'proposal') votes.push(from)
    }
    await network.runUntil(() => others.every(({ store }) => store.height >= 4), 5_000)
    await network.runUntil(() => closed!.store.height >= 4, 1_000)
    assert.ok(!votes.includes(0))
  })

  test('relocated, it goes on from a block below where it was, and nothing of what it left is voted for again', async () => {
    const network = fixed()
    await network.startAll()
    await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 3), 5_000)
    network.time.awaitPromises()
    for (const node of network.nodes) {
      node.chain!.relocate(() => {
        node.store.cut(2)
        return instanceOf(1, 1)
      })
    }
    await network.run(100)
    await network.runUntil(() => network.nodes.every(({ store }) => store.height >= 5), 10_000)
    assertSameChain(network, 5)
    const third = network.nodes[0]!.store.blocks.get(3)!
    assert.equal(instanceKey(third.header.instance), '1-1-1')
    for (const { disks } of network.nodes) assert.ok(!disks.has('1-0-0'))
  })
})
