import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instanceKey } from '../../src/primitives/ids.ts'
import { ChainNetwork } from './rig.ts'

test('a node that comes back without its log follows, and votes again in the next instance', async () => {
  const network = new ChainNetwork({ nodes: 4, length: 20, committeeOf: () => [0, 1, 2, 3] })
  await network.startAll()
  const [unlucky] = network.nodes
  await network.runUntil(() => unlucky!.store.height >= 3, 5_000)
  await unlucky!.crash()
  unlucky!.disks.clear()
  const votedIn = new Set<string>()
  network.onMessage = (from, instance, message) => {
    const isVote = message.type === 'vote' || message.type === 'proposal'
    if (from === unlucky!.index && isVote) votedIn.add(instanceKey(instance))
  }
  unlucky!.start()
  await network.runUntil(() => unlucky!.store.height >= 20, 30_000)
  assert.deepEqual([...votedIn], [])
  await network.runUntil(() => unlucky!.store.height >= 25, 30_000)
  assert.deepEqual([...votedIn], ['1-1-0'])
})
