import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { BeaconEvent } from '../../src/beacon/transition/events.ts'
import { createBlock } from '../../src/consensus/block.ts'
import { openLevelStore } from '../../src/platform/level-store.ts'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import { presentIdentity } from '../../src/primitives/forks.ts'
import { epoch, height, rollupId } from '../../src/primitives/ids.ts'
import {
  advanceTo,
  alice,
  bob,
  buildBlock,
  certifyBlock,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  signedBytes,
  startNode,
  TOKEN,
} from './fixture.ts'

const SHORT = { epochLength: 6, closeAfterBlocks: 2, openAfterBlocks: 2 }

test('the same genesis gives the same state, block and committees', async () => {
  const genesis = createGenesis({ rollups: [rollupSpec()] })
  const [first, second] = [await startNode(genesis), await startNode(genesis)]
  assert.equal(first.app.head.digest, second.app.head.digest)
  const committee = first.app.state.committee({ rollup: rollupId(1), epoch: epoch(1), sub: 0 })!
  assert.equal(committee.seats.length, 5)
  assert.equal(committee.standby.length, 2)
  assert.deepEqual(committee, second.app.state.committee({ rollup: rollupId(1), epoch: epoch(1), sub: 0 }))
})

test('another node verifies a block, and reaches the same state', async () => {
  const genesis = createGenesis()
  const [proposer, voter] = [await startNode(genesis), await startNode(genesis)]
  const action = { type: 'transfer', nonce: 0, to: bob.address, amount: TOKEN } as const
  assert.equal(
    proposer.app.pool.addAction(signedBytes(presentIdentity(proposer.app.network), action, alice.key)).ok,
    true,
  )
  const block = await buildBlock(proposer.app)
  assert.equal(await voter.app.verify(block, voter.app.head), true)
  await voter.app.commit([block], certifyBlock(voter.app, block))
  assert.equal(voter.app.state.account(bob.address).balance, 101n * TOKEN)
  assert.equal(voter.app.state.account(alice.address).balance, 99n * TOKEN - genesis.params.actionFee)
  assert.equal(voter.app.state.burned(), genesis.params.actionFee)
})

test('a block that claims anything else than its execution gives is refused', async () => {
  const genesis = createGenesis()
  const [proposer, voter] = [await startNode(genesis), await startNode(genesis)]
  const block = await buildBlock(proposer.app)
  const wrongState = createBlock({ ...block, header: { ...block.header, stateRoot: block.digest } })
  const appHeader = block.appHeader.slice()
  appHeader[10]! ^= 1
  const body = block.appBody.slice()
  body[body.length - 1]! ^= 1
  const wrongHeight = createBlock({ ...block, header: { ...block.header, height: height(2) } })
  const wrongProposer = createBlock({ ...block, header: { ...block.header, proposer: 1 } })
  const early = createBlock({ ...block, header: { ...block.header, time: genesis.time - 1 } })
  const mutants = [
    wrongState,
    { ...block, appHeader },
    { ...block, appBody: body },
    wrongHeight,
    wrongProposer,
    early,
  ]
  for (const mutant of mutants) assert.equal(await voter.app.verify(mutant, voter.app.head), false)
  assert.equal(await voter.app.verify(block, voter.app.head), true)
  assert.equal(await voter.app.verify({ ...block, appBody: body }, voter.app.head), false)
})

test('blocks build on blocks that are not final yet, and become final together', async () => {
  const { app } = await startNode(createGenesis())
  const first = await buildBlock(app)
  const second = await buildBlock(app, first)
  const third = await buildBlock(app, second)
  assert.equal(app.head.header.height, 0)
  await app.commit([first, second, third], certifyBlock(app, third))
  assert.equal(app.head.digest, third.digest)
  assert.equal(app.state.digest(height(2)), second.digest)
  const source = app.blockSource(epoch(0))
  assert.equal((await source.certifiedFrom(height(1)))!.block.digest, third.digest)
  assert.equal((await source.head())!.block.digest, third.digest)
  assert.equal((await source.blockAt(height(2)))!.digest, second.digest)
  assert.equal(await source.blockAt(height(0)), null)
})

test('committing the same blocks again changes nothing', async () => {
  const { app } = await startNode(createGenesis())
  const block = await buildBlock(app)
  let told = 0
  app.subscribe(() => told++)
  await Promise.all([
    app.commit([block], certifyBlock(app, block)),
    app.commit([block], certifyBlock(app, block)),
  ])
  assert.equal(app.head.digest, block.digest)
  assert.equal(told, 1)
})

test('a node resumes from its store where the last commit left it', async () => {
  const genesis = createGenesis({ params: SHORT, rollups: [rollupSpec()] })
  const { app, store } = await startNode(genesis)
  await advanceTo(app, 8)
  const { app: resumed } = await startNode(genesis, store)
  assert.equal(resumed.head.digest, app.head.digest)
  assert.equal(resumed.epoch, epoch(1))
  const next = await buildBlock(app)
  assert.equal(await resumed.verify(next, resumed.head), true)
  // Final blocks that were executed only before the crash are executed again.
  const { app: second } = await startNode(genesis, store)
  await second.commit([next], certifyBlock(second, next))
  assert.equal(second.head.digest, next.digest)
})

test('a store of another network is refused', async () => {
  const { store } = await startNode(createGenesis())
  const other = createGenesis({ stakes: Array(8).fill(1000n * TOKEN) })
  await assert.rejects(startNode(other, store), { code: 'B101' })
})

test('a store that another version of beacon has written is refused', async () => {
  const { store } = await startNode(createGenesis())
  await store.batch([{ type: 'put', key: 'format', value: Uint8Array.of(0, 1) }], { sync: true })
  await assert.rejects(startNode(createGenesis(), store), { code: 'B105' })
  await store.batch([{ type: 'del', key: 'format' }], { sync: true })
  await assert.rejects(startNode(createGenesis(), store), { code: 'B105' })
})

test('an invalid genesis is refused', async () => {
  const genesis = createGenesis()
  const forged = { ...genesis.validators[0]!, proofOfPossession: genesis.validators[1]!.proofOfPossession }
  const validators = [forged, ...genesis.validators.slice(1)]
  await assert.rejects(startNode({ ...genesis, validators }), { code: 'B103' })
})

test('each epoch starts from the terminal block of the one before, with a committee known an epoch ahead', async () => {
  const { app } = await startNode(createGenesis({ params: SHORT, rollups: [rollupSpec()] }))
  const drawn: BeaconEvent[] = []
  app.subscribe(({ events }) => drawn.push(...events.filter(({ type }) => type === 'committeeDrawn')))
  assert.equal(app.seed(epoch(2)), null)
  await advanceTo(app, 6)
  assert.equal(app.isTerminal(app.head), true)
  assert.notEqual(app.seed(epoch(2)), null)
  assert.deepEqual(
    drawn.map((event) => event.type === 'committeeDrawn' && event.instance.epoch),
    [2],
  )
  await advanceTo(app, 7)
  assert.equal(app.startOf(epoch(1))!.header.height, 6)
  assert.equal(app.head.header.instance.epoch, 1)
  const source = app.blockSource(epoch(0))
  assert.equal((await source.head())!.block.header.height, 6)
  assert.equal(await source.blockAt(height(7)), null)
})

test('rollup blocks are recorded, and their record can be found by height', async () => {
  const { app } = await startNode(createGenesis({ params: SHORT, rollups: [rollupSpec()] }))
  await advanceTo(app, 1)
  const instance = { rollup: rollupId(1), epoch: epoch(0), sub: 0 }
  const chain = new RollupChain(instance)
  const headers = [chain.next(referenceTo(app)), chain.next(referenceTo(app)), chain.next(referenceTo(app))]
  assert.deepEqual(app.pool.addRecord(chain.record(app.committee(instance)!, headers)), { ok: true })
  await advanceTo(app, 2)
  assert.equal(app.state.record(rollupId(1))!.height, 3)
  assert.equal(app.state.record(rollupId(1))!.digest, chain.last.digest)
  assert.deepEqual(app.chain.recordPosition(rollupId(1), height(2)), { height: 2, index: 0 })
  assert.equal(app.pool.records.waiting(rollupId(1)), 0)
})

test('what was committed survives on a real disk, and a final block stays valid', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beacon-application-'))
  try {
    const genesis = createGenesis({ params: SHORT, rollups: [rollupSpec()] })
    const store = await openLevelStore(folder)
    const { app } = await startNode(genesis, store)
    await advanceTo(app, 7)
    await store.close()
    const reopened = await openLevelStore(folder)
    const { app: resumed } = await startNode(genesis, reopened)
    assert.equal(resumed.head.digest, app.head.digest)
    assert.equal(resumed.state.mix(), app.state.mix())
    assert.equal(await resumed.verify(app.head, resumed.startOf(epoch(1))!), true)
    await advanceTo(resumed, 8)
    await reopened.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('whoever is shown a receipt is shown what was done too', async () => {
  const store = new MemoryStore()
  const { app } = await startNode(createGenesis(), store)
  const action = { type: 'transfer', nonce: 0, to: bob.address, amount: TOKEN } as const
  const admission = app.pool.addAction(signedBytes(presentIdentity(app.network), action, alice.key))
  assert.ok(admission.ok)
  const block = await buildBlock(app)
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const { batch } = store
  // The block can be read from the disk before the node is told that it is there.
  store.batch = async (operations) => {
    await batch.call(store, operations)
    await answered
  }
  const committed = app.commit([block], certifyBlock(app, block))
  while (app.chain.receipt(admission.hash) === null) await delay(1)
  assert.equal(app.receipt(admission.hash), null)
  answer()
  await committed
  assert.equal(app.receipt(admission.hash)!.height, 1)
  assert.equal(app.state.account(bob.address).balance, 101n * TOKEN)
})

test('a commit that the disk refuses changes nothing, and can be tried again', async () => {
  const store = new MemoryStore()
  const { app } = await startNode(createGenesis(), store)
  const block = await buildBlock(app)
  const { batch } = store
  store.batch = () => Promise.reject(new Error('disk full'))
  await assert.rejects(app.commit([block], certifyBlock(app, block)), /disk full/)
  assert.equal(app.head.header.height, 0)
  store.batch = batch
  await app.commit([block], certifyBlock(app, block))
  assert.equal(app.head.digest, block.digest)
})
