import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChainStore } from '../../../src/beacon/chain-store.ts'
import { computeGenesisState } from '../../../src/beacon/genesis-state.ts'
import { createBeaconMethods } from '../../../src/beacon/rpc.ts'
import type { SnapshotResponse } from '../../../src/beacon/snapshot/messages.ts'
import type { Snapshot } from '../../../src/beacon/snapshot/snapshot.ts'
import { collectChain } from '../../../src/consensus/chain-server.ts'
import { composeBriefing, originOf } from '../../../src/nodes/seat-briefing.ts'
import { MemoryStore } from '../../../src/platform/memory-store.ts'
import type { KeyValueStore } from '../../../src/platform/ports.ts'
import { epoch, height, rollupId } from '../../../src/primitives/ids.ts'
import { advanceTo, buildBlock, certify, certifyBlock, startNode } from '../fixture.ts'
import {
  type Answer,
  droppedBy,
  EPOCH_LENGTH,
  fetchFrom,
  GENESIS,
  honest,
  LATE,
  type Outcome,
  startOldChain,
  TERMINAL,
} from './rig.ts'

const { app } = await startOldChain()
const good = honest(app)
const silent: Answer = async () => null

function snapshotOf({ end }: Outcome): Snapshot {
  assert.ok(end.type === 'fetched')
  return end.snapshot
}

async function adopted(store: KeyValueStore = new MemoryStore()) {
  const snapshot = snapshotOf(await fetchFrom([good]))
  await new ChainStore(store).adopt(app.network.genesisHash, computeGenesisState(GENESIS).block, snapshot)
  return (await startNode(GENESIS, store)).app
}

/** An honest peer but for answers of one kind. */
function lying<Type extends SnapshotResponse['type']>(
  type: Type,
  lie: (response: Extract<SnapshotResponse, { type: Type }>) => SnapshotResponse | Uint8Array | null,
): Answer {
  return async (request) => {
    const response = (await good(request)) as SnapshotResponse
    return response.type === type ? lie(response as Extract<SnapshotResponse, { type: Type }>) : response
  }
}

test('a snapshot is the whole state after the last epoch, and a node that begins with it goes on like the others', async () => {
  const snapshot = snapshotOf(await fetchFrom([good]))
  assert.equal(snapshot.block.header.height, TERMINAL)
  assert.equal(snapshot.changes.length, 1)
  const node = await adopted()
  assert.equal(node.head.digest, app.chain.blockAt(height(TERMINAL))!.digest)
  assert.equal(node.epoch, epoch(5))
  for (const at of [TERMINAL + 1, TERMINAL + 2]) {
    const block = app.chain.blockAt(height(at))!
    assert.equal(await node.verify(block, node.head), true)
    await node.commit([block], app.chain.certifiedFrom(height(at))!.certificate)
  }
  assert.equal(node.head.header.stateRoot, app.head.header.stateRoot)
  const next = await buildBlock(node)
  assert.equal(await app.verify(next, app.head), true)
})

test('what a seat is started with is there, though the blocks are not', async () => {
  const node = await adopted()
  for (const id of [rollupId(1), LATE.id]) {
    const rollup = app.state.rollup(id)!
    assert.deepEqual(originOf(node, rollup), originOf(app, rollup))
    const { firstInstance } = originOf(app, rollup)
    const [theirs, ours] = [app, node].map((one) => composeBriefing(one, id, firstInstance, []))
    assert.ok(ours!.openings.length > 0 || id === LATE.id)
    assert.deepEqual(ours!.openings, theirs!.openings.slice(0, ours!.openings.length))
  }
  assert.equal(
    originOf(node, app.state.rollup(LATE.id)!).genesisTimeMs,
    app.chain.blockAt(height(LATE.drawnAt))!.header.time,
  )
})

test('blocks before the snapshot are answered for as unknown ones are', async () => {
  const node = await adopted()
  const methods = createBeaconMethods(node, { clientVersion: 'test' })
  const ask = async (method: string, ...params: unknown[]) =>
    methods[method]!(params, { subscriptions: null })
  const { digest } = app.chain.blockAt(height(5))!
  for (const [method, ...params] of [
    ['beacon_getBlock', 5],
    ['beacon_getHeader', digest],
    ['beacon_getCertificate', 5],
    ['beacon_getRecord', 1, 99],
    ['beacon_getProof', 'mix', 5],
    ['beacon_getActionReceipt', digest],
  ] as const) {
    assert.equal(await ask(method, ...params), null, method)
  }
  assert.deepEqual(await ask('beacon_getEvidence'), [])
  assert.equal(node.startOf(epoch(2)), null)
  assert.equal(await node.blockSource(epoch(1)).head(), null)
  assert.equal(await collectChain(node.blockSource(epoch(0)), height(1), 64), null)
  assert.equal(await collectChain(node.blockSource(epoch(0)), height(LATE.drawnAt), 64), null)
  const changes = (await ask('beacon_getValidatorSetChanges')) as {
    certificate: unknown
    header: { stateRoot: string }
  }[]
  assert.equal(changes.length, 1)
  assert.equal(
    changes[0]!.header.stateRoot,
    app.chain.blockAt((await app.chain.setChanges(epoch(0), 1))[0]!.height)!.header.stateRoot,
  )
  assert.notEqual(changes[0]!.certificate, null)
})

test('a node that has begun with a snapshot gives others one', async () => {
  const node = await adopted()
  const fetched = snapshotOf(await fetchFrom([honest(node)]))
  assert.deepEqual(fetched, snapshotOf(await fetchFrom([good])))
})

test('it does not vote in the epoch that was under way, nor in the next', async () => {
  const node = await adopted()
  assert.deepEqual(
    [5, 6, 7].map((at) => node.mayVoteIn(epoch(at))),
    [false, false, true],
  )
  assert.equal(app.mayVoteIn(epoch(5)), true)
})

test('a chain that is far behind goes on from a snapshot, without entries that it had of its own', async () => {
  const { app: behind, store } = await startNode(GENESIS)
  await advanceTo(behind, EPOCH_LENGTH + 1)
  await store.batch([{ type: 'put', key: 'state/zzz', value: Uint8Array.of(1) }])
  const node = await adopted(store)
  assert.equal(node.head.header.height, TERMINAL)
  assert.equal(node.chain.blockAt(height(EPOCH_LENGTH))!.header.height, EPOCH_LENGTH)
  assert.equal(node.chain.blockAt(height(EPOCH_LENGTH + 2)), null)
})

const lies: [string, string, Answer][] = [
  [
    'another value of an entry',
    'wrong',
    lying('entries', (one) => ({
      ...one,
      entries: one.entries.map(([name, value]) => [name, name === 'mix' ? Uint8Array.of(1) : value]),
    })),
  ],
  ['without an entry', 'wrong', lying('entries', (one) => ({ ...one, entries: one.entries.slice(1) }))],
  [
    'an entry too many',
    'wrong',
    lying('entries', (one) =>
      one.next === null ? { ...one, entries: [...one.entries, ['zzz', Uint8Array.of(1)]] } : one,
    ),
  ],
  ['the same entries for ever', 'malformed', lying('entries', (one) => ({ ...one, next: '!' }))],
  [
    'entries in disorder',
    'malformed',
    lying('entries', (one) => ({ ...one, entries: one.entries.toReversed() })),
  ],
  [
    'an entry without a value',
    'malformed',
    lying('entries', (one) => ({ ...one, entries: [['!', new Uint8Array()], ...one.entries] })),
  ],
  [
    'a certificate by too few',
    'wrong',
    lying('offer', ({ type, block }) => ({
      type,
      block,
      certificate: certify(app.committee(block.header.instance)!, block.header.view, block.digest, [0, 1, 2]),
    })),
  ],
  [
    'a certificate of another block',
    'wrong',
    lying('offer', (one) => ({ ...one, certificate: app.chain.certifiedFrom(height(3))!.certificate })),
  ],
  [
    'a block amid an epoch',
    'wrong',
    lying('offer', (one) => ({ ...one, ...app.chain.certifiedFrom(height(TERMINAL - 1))! })),
  ],
  [
    'a block with another body',
    'wrong',
    lying('offer', (one) => ({
      ...one,
      block: { ...one.block, appBody: app.chain.blockAt(height(2))!.appBody },
    })),
  ],
  [
    'a block without a body',
    'wrong',
    lying('offer', (one) => ({ ...one, block: { ...one.block, appBody: new Uint8Array() } })),
  ],
  ['a change of the validators left out', 'wrong', lying('changes', (one) => ({ ...one, changes: [] }))],
  [
    'a change under a block that nobody has certified',
    'wrong',
    lying('changes', (one) => ({
      ...one,
      changes: one.changes.map(({ change, final }) => ({
        change,
        final: { ...final, certificate: { ...final.certificate, signature: new Uint8Array(96) } },
      })),
    })),
  ],
  [
    'a change that its own validators have certified',
    'wrong',
    lying('changes', (one) => ({
      ...one,
      changes: one.changes.map(({ change }) => {
        const { block, certificate } = app.chain.certifiedFrom(height(change.epoch * EPOCH_LENGTH + 1))!
        return {
          change: { ...change, height: block.header.height },
          final: { headers: [block.header], certificate },
        }
      }),
    })),
  ],
  [
    'a change of another epoch',
    'wrong',
    lying('changes', (one) => ({
      ...one,
      changes: one.changes.map(({ change, final }) => ({
        change: { ...change, epoch: epoch(change.epoch + 1) },
        final,
      })),
    })),
  ],
  [
    'another old block than was asked for',
    'wrong',
    lying('block', (one) => ({
      ...one,
      block: app.chain.blockAt(height(1))!,
      final: app.chain.finalHeader(height(1))!,
    })),
  ],
  [
    'an old block that nobody has certified',
    'wrong',
    lying('block', (one) => ({
      ...one,
      final: { ...one.final, certificate: app.chain.certifiedFrom(height(1))!.certificate },
    })),
  ],
  [
    'half an answer',
    'malformed',
    async (request) => {
      const { encodeSnapshotResponse } = await import('../../../src/beacon/snapshot/messages.ts')
      const bytes = encodeSnapshotResponse((await good(request)) as SnapshotResponse)
      return bytes.slice(0, -1)
    },
  ],
  ['an answer to another question', 'malformed', async () => ({ type: 'entries', entries: [], next: null })],
  ['nothing', 'nothing to offer', async () => ({ type: 'none' })],
  ['silence', 'silent', silent],
  ['silence in the midst', 'silent', lying('entries', () => null)],
]

for (const [what, reason, answer] of lies) {
  test(`a peer that gives ${what} is dropped, and another one asked`, async () => {
    const outcome = await fetchFrom([answer, good])
    assert.deepEqual(droppedBy(outcome), [[0, reason]])
    assert.equal(snapshotOf(outcome).block.header.height, TERMINAL)
  })
}

test('if nobody has a good one, that is said', async () => {
  const outcome = await fetchFrom([silent, lying('entries', (one) => ({ ...one, entries: [] }))])
  assert.deepEqual(
    droppedBy(outcome).map(([n]) => n),
    [0, 1],
  )
  assert.equal(outcome.end.type, 'failed')
  assert.equal((await fetchFrom([])).end.type, 'failed')
})

test('a snapshot that is not far enough ahead is not taken', async () => {
  const outcome = await fetchFrom([good], TERMINAL)
  assert.deepEqual(droppedBy(outcome), [[0, 'nothing to offer']])
  assert.ok(outcome.asked.every(({ type }) => type !== 'entries'))
})

test('a node that was started amid an epoch offers nothing before the epoch ends', async () => {
  const { app: first, store } = await startOldChain()
  const { app: again } = await startNode(GENESIS, store)
  assert.equal(again.lastTerminal, null)
  assert.equal((await fetchFrom([honest(again)])).end.type, 'failed')
  await advanceTo(again, TERMINAL + EPOCH_LENGTH)
  assert.equal(again.lastTerminal!.block.header.height, TERMINAL + EPOCH_LENGTH)
  assert.equal(first.lastTerminal!.block.header.height, TERMINAL)
})

test('a state is served as it was, though the chain goes on meanwhile, until two epochs later', async () => {
  const { app: moving } = await startOldChain()
  let moved = false
  const answer: Answer = async (request) => {
    if (request.type === 'entries' && !moved) {
      moved = true
      await advanceTo(moving, TERMINAL + EPOCH_LENGTH + 1)
    }
    return honest(moving)(request)
  }
  assert.equal(snapshotOf(await fetchFrom([answer])).block.header.height, TERMINAL)
  await advanceTo(moving, TERMINAL + 130)
  assert.equal(moving.trieAt(height(TERMINAL)), null)
})

test('a disk that refuses the snapshot leaves a store in which nothing is', async () => {
  const store = new MemoryStore()
  const refusing: KeyValueStore = {
    get: (key) => store.get(key),
    entries: (prefix, options) => store.entries(prefix, options),
    close: () => store.close(),
    batch: async () => {
      throw new Error('killed')
    },
  }
  await assert.rejects(adopted(refusing), /killed/)
  const { app: fresh } = await startNode(GENESIS, store)
  assert.equal(fresh.head.header.height, 0)
  const block = await buildBlock(fresh)
  await fresh.commit([block], certifyBlock(fresh, block))
  assert.equal(fresh.mayVoteIn(epoch(0)), true)
})
