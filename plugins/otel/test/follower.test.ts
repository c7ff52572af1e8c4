/** What a follower holds, for how long, and what it does when it can't send: with a network that is told of on paper, and real sending. */

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { emptyResource } from '@opentelemetry/resources'
import type { Hex, RollupBlock, Rung } from 'beaconlayer'
import { Follower, type FollowerOptions } from '../src/follower.ts'
import type { Journey } from '../src/journey.ts'
import { Sender } from '../src/sender.ts'
import { Collector } from './collector.ts'
import { journey } from './journeys.ts'

const TRANSACTIONS_A_BLOCK = 2

const hashOf = (number: number, index: number): Hex =>
  `0x${`${number}${index}`.padStart(32, '0')}${'ee'.repeat(16)}`

const blockOf = (number: number): RollupBlock => ({
  rollup: 'app',
  number,
  hash: journey.block.hash,
  timestamp: 1_800_000_000,
  transactions: Array.from({ length: TRANSACTIONS_A_BLOCK }, (_, index) => hashOf(number, index)),
  gasUsed: 42_000n,
})

/** A network on which every block has got as far as was last told. */
const reader: FollowerOptions['reader'] = {
  lastRung: 'final',
  status: async () => ({ rung: 'soft', block: { number: 1 }, times: {}, signers: [] }),
  statusAtEnd: async () => ({ rung: 'final', block: { number: 1 }, times: {}, signers: [] }),
  close: async () => {},
  async ofBlock({ number }, { rung }, reason) {
    return blockOf(number).transactions.map(
      (tx, index): Journey => ({
        ...journey,
        tx,
        block: { ...journey.block, number, index },
        unfinished: rung === 'final' ? null : reason,
      }),
    )
  },
}

function createFollower(url: string, options: Partial<FollowerOptions> = {}) {
  const warnings: string[] = []
  const warn = (line: string) => void warnings.push(line)
  const settings = { url: `${url}/v1/traces`, headers: undefined, timeoutMs: 10_000 }
  const follower = new Follower({
    reader,
    sender: new Sender(settings, warn),
    resource: emptyResource(),
    isWanted: () => true,
    holdMs: 60_000,
    transactionsMax: 100,
    warn,
    ...options,
  })
  const climb = (number: number, rung: Rung) =>
    follower.climb({ rollup: 'app', number, rung, seenAt: 1_800_000_000_000 })
  return { follower, climb, warnings }
}

/** Roots that have come, as numbers of their blocks. */
const blocksAt = ({ requests }: Collector) =>
  requests
    .flatMap(({ spans }) => spans)
    .filter(({ name }) => name === 'transaction')
    .map(({ attributes }) => attributes['beacon.block.number'])

test('transactions are sent when their block is at the end of the ladder, and not before', async () => {
  await using collector = await Collector.start()
  const { follower, climb, warnings } = createFollower(collector.url)
  for (const number of [1, 2, 3]) follower.hold(blockOf(number))
  for (const rung of ['soft', 'beacon', 'posted'] as const) climb(3, rung)
  climb(2, 'final')
  const [, index1] = blockOf(2).transactions
  const spans = await collector.trace(index1!.slice(2, 34))
  assert.equal(spans[0]!.attributes['beacon.finished'], true)
  assert.deepEqual(blocksAt(collector), [1, 1, 2, 2])
  await follower.end()
  assert.deepEqual(blocksAt(collector), [1, 1, 2, 2, 3, 3])
  assert.deepEqual(warnings, [])
})

test('when it is full further blocks have no trace, which is said once, and there is room again afterwards', async () => {
  await using collector = await Collector.start()
  const { follower, climb, warnings } = createFollower(collector.url, { transactionsMax: 4 })
  for (const number of [1, 2, 3, 4]) follower.hold(blockOf(number))
  climb(4, 'final')
  await collector.trace(hashOf(2, 1).slice(2, 34))
  // The room is free when the export has ended on this side, too.
  await follower.idle()
  follower.hold(blockOf(5))
  await follower.end()
  assert.deepEqual(blocksAt(collector), [1, 1, 2, 2, 5, 5])
  assert.deepEqual(warnings, ['more than 4 transactions on their way: further ones have no trace'])
})

test('a block that doesn’t get to the end is sent as it is after a while', async () => {
  await using collector = await Collector.start()
  const { follower } = createFollower(collector.url, { holdMs: 0 })
  follower.hold(blockOf(1))
  follower.hold(blockOf(2))
  const [root] = await collector.trace(hashOf(1, 0).slice(2, 34))
  assert.equal(root!.attributes['beacon.finished'], false)
  assert.deepEqual(root!.events[0]!.attributes, { 'beacon.unfinished.reason': 'held too long' })
  await follower.end()
})

test('what the sampler doesn’t want is not held', async () => {
  await using collector = await Collector.start()
  const wanted = hashOf(1, 1).slice(2, 34)
  const isWanted = (traceId: string) => traceId === wanted
  const { follower, climb } = createFollower(collector.url, { isWanted, transactionsMax: 1 })
  follower.hold(blockOf(1))
  follower.hold(blockOf(2))
  climb(2, 'final')
  await collector.trace(wanted)
  await follower.end()
  assert.deepEqual(blocksAt(collector), [1])
})

test('a block that can’t be read has no trace, which is said once', async () => {
  await using collector = await Collector.start()
  const dead = { ...reader, statusAtEnd: () => Promise.reject(new Error('no seat answers')) }
  const { follower, climb, warnings } = createFollower(collector.url, { reader: dead })
  for (const number of [1, 2]) follower.hold(blockOf(number))
  climb(2, 'final')
  await follower.end()
  assert.deepEqual(blocksAt(collector), [])
  assert.deepEqual(warnings, ['block 1 of app has no traces: no seat answers'])
})

test('a collector that hangs doesn’t keep a network from ending', { timeout: 10_000 }, async (t) => {
  const { follower, climb, warnings } = createFollower(await startHanging(t))
  for (const number of [1, 2, 3]) follower.hold(blockOf(number))
  climb(1, 'final')
  await follower.end()
  assert.equal(warnings.length, 1)
})

test('a collector that comes back gets what follows', async () => {
  const lost = await Collector.start(400)
  const { url } = lost
  const { follower, climb, warnings } = createFollower(url)
  follower.hold(blockOf(1))
  climb(1, 'final')
  await follower.idle()
  const { port } = new URL(url)
  await lost[Symbol.asyncDispose]()
  await using collector = await Collector.start(200, Number(port))
  follower.hold(blockOf(2))
  climb(2, 'final')
  await follower.idle()
  assert.deepEqual(blocksAt(collector), [2, 2])
  assert.equal(warnings.length, 1)
  await follower.end()
})

/** Takes requests and never answers. */
async function startHanging(t: TestContext): Promise<string> {
  const server = createServer(() => {})
  t.after(() => server.close().closeAllConnections())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
