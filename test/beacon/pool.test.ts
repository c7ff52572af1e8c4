import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Action } from '../../src/beacon/action-types.ts'
import { createEvidence } from '../../src/beacon/evidence.ts'
import { ActionPool, POOLED_NONCES_MAX } from '../../src/beacon/pool/action-pool.ts'
import { WAITING_HEADERS_MAX } from '../../src/beacon/pool/record-pool.ts'
import type { PoolItem } from '../../src/beacon/pool.ts'
import { encodeRecord } from '../../src/beacon/record.ts'
import { headerDigest } from '../../src/consensus/header.ts'
import { recoverAddress } from '../../src/platform/secp256k1.ts'
import { utf8 } from '../../src/primitives/bytes.ts'
import { presentIdentity } from '../../src/primitives/forks.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { BEACON, epoch, height, rollupId, view } from '../../src/primitives/ids.ts'
import {
  accountOf,
  advanceTo,
  alice,
  bob,
  castVote,
  certify,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  signedBytes,
  startNode,
  TOKEN,
} from './fixture.ts'

const transfer = (nonce: number, amount = 1n): Action => ({
  type: 'transfer',
  nonce,
  to: bob.address,
  amount,
})
const INSTANCE = { rollup: rollupId(1), epoch: epoch(0), sub: 0 }

test('an action is refused with its reason', async () => {
  const { app } = await startNode(createGenesis())
  const add = (action: Action, account = alice) =>
    app.pool.addAction(signedBytes(presentIdentity(app.network), action, account.key))
  const reasonOf = (action: Action, account = alice) => {
    const admission = add(action, account)
    return admission.ok ? null : admission.reason
  }
  assert.equal(reasonOf(transfer(0)), null)
  assert.equal(reasonOf(transfer(0)), 'ALREADY_KNOWN')
  assert.equal(reasonOf(transfer(0, 2n)), 'NONCE_TAKEN')
  assert.equal(reasonOf(transfer(POOLED_NONCES_MAX)), 'NONCE_TOO_HIGH')
  assert.equal(reasonOf(transfer(0), accountOf('carol')), 'FEE_NOT_COVERED')
  assert.deepEqual(app.pool.addAction(new Uint8Array(9)), { ok: false, reason: 'MALFORMED' })
  const unsigned = signedBytes(presentIdentity(app.network), transfer(3), alice.key).fill(0, -65)
  assert.deepEqual(app.pool.addAction(unsigned), { ok: false, reason: 'BAD_SIGNATURE' })
  await advanceTo(app, 1)
  assert.equal(reasonOf(transfer(0, 3n)), 'NONCE_TOO_LOW')
  assert.equal(app.pool.actions.size, 0)
})

test('actions wait for the nonces before them', async () => {
  const { app } = await startNode(createGenesis())
  const add = (nonce: number) =>
    app.pool.addAction(signedBytes(presentIdentity(app.network), transfer(nonce), alice.key))
  add(2)
  add(1)
  await advanceTo(app, 1)
  assert.equal(app.state.account(alice.address).nonce, 0)
  assert.equal(app.pool.actions.size, 2)
  assert.equal(app.pool.actions.nextNonce(alice.address, app.state), 0)
  add(0)
  assert.equal(app.pool.actions.nextNonce(alice.address, app.state), 3)
  await advanceTo(app, 2)
  assert.equal(app.state.account(alice.address).nonce, 3)
  assert.equal(app.pool.actions.size, 0)
})

test('an action whose sender has spent the fee is forgotten', async () => {
  const { app } = await startNode(createGenesis())
  const spend = app.pool.addAction(
    signedBytes(presentIdentity(app.network), transfer(0, 100n * TOKEN - app.params.actionFee), alice.key),
  )
  assert.equal(spend.ok, true)
  assert.equal(app.pool.addAction(signedBytes(presentIdentity(app.network), transfer(1), alice.key)).ok, true)
  await advanceTo(app, 1)
  assert.equal(app.state.account(alice.address).nonce, 1)
  assert.equal(app.pool.actions.size, 0)
})

test('a full pool gives the place of an action behind a gap to one that can be applied next', async () => {
  const { app } = await startNode(createGenesis())
  const pool = new ActionPool(app.network, recoverAddress, 2)
  const add = (nonce: number, account: typeof alice) =>
    pool.add(signedBytes(presentIdentity(app.network), transfer(nonce), account.key), app.state)
  assert.deepEqual(
    [1, 2].map((nonce) => add(nonce, alice).ok),
    [true, true],
  )
  assert.deepEqual(add(1, bob), { ok: false, reason: 'POOL_FULL' })
  assert.equal(add(0, bob).ok, true)
  assert.equal(add(1, bob).ok, true)
  assert.deepEqual(add(2, bob), { ok: false, reason: 'POOL_FULL' })
})

test('a selection keeps to its bounds', async () => {
  const { app } = await startNode(createGenesis())
  for (let nonce = 0; nonce < 5; nonce++)
    app.pool.addAction(signedBytes(presentIdentity(app.network), transfer(nonce), alice.key))
  const length = signedBytes(presentIdentity(app.network), transfer(0), alice.key).length
  assert.equal(app.pool.actions.select(app.state, 3, 1_000_000).length, 3)
  assert.equal(app.pool.actions.select(app.state, 100, 2 * length + 1).length, 2)
})

test('headers that came one by one make one record, up to the newest certificate', async () => {
  const { app } = await startNode(createGenesis({ rollups: [rollupSpec()] }))
  await advanceTo(app, 1)
  const chain = new RollupChain(INSTANCE)
  const committee = app.committee(INSTANCE)!
  for (let i = 0; i < 3; i++) app.pool.addRecord(chain.record(committee, [chain.next(referenceTo(app))]))
  assert.deepEqual(
    app.pool.records.newest(INSTANCE, height(1))!.headers.map((header) => header.height),
    [1, 2, 3],
  )
  await advanceTo(app, 2)
  assert.equal(app.state.record(rollupId(1))!.height, 3)
})

test('a record waits until the headers before it are there', async () => {
  const { app } = await startNode(createGenesis({ rollups: [rollupSpec()] }))
  await advanceTo(app, 1)
  const chain = new RollupChain(INSTANCE)
  const committee = app.committee(INSTANCE)!
  const records = [1, 2].map(() => chain.record(committee, [chain.next(referenceTo(app))]))
  app.pool.addRecord(records[1]!)
  await advanceTo(app, 2)
  assert.equal(app.state.record(rollupId(1)), null)
  app.pool.addRecord(records[0]!)
  await advanceTo(app, 3)
  assert.equal(app.state.record(rollupId(1))!.height, 2)
})

test('of more blocks than a record holds the rest follows in the next Beacon block', async () => {
  const { app } = await startNode(createGenesis({ rollups: [rollupSpec()] }))
  await advanceTo(app, 1)
  const chain = new RollupChain(INSTANCE)
  const committee = app.committee(INSTANCE)!
  for (let i = 0; i < 70; i++) app.pool.addRecord(chain.record(committee, [chain.next(referenceTo(app))]))
  await advanceTo(app, 2)
  assert.equal(app.state.record(rollupId(1))!.height, 64)
  await advanceTo(app, 3)
  assert.equal(app.state.record(rollupId(1))!.height, 70)
})

test('where not all records fit, those of the rollups that have waited longest go first', async () => {
  const rollups = [rollupSpec(), rollupSpec({ name: 'other', chainId: 7_700_002 })]
  const { app } = await startNode(createGenesis({ rollups }))
  await advanceTo(app, 1)
  const [busy, quiet] = rollups.map((_, i) => new RollupChain({ ...INSTANCE, rollup: rollupId(i + 1) }))
  const offer = (chain: RollupChain) =>
    app.pool.addRecord(chain.record(app.committee(chain.instance)!, [chain.next(referenceTo(app))]))
  offer(busy!)
  await advanceTo(app, 2)
  offer(busy!)
  offer(quiet!)
  const [first] = app.pool.records.select(app.state, 1)
  assert.equal(first!.headers[0]!.instance.rollup, 2)
})

test('a record is refused with its reason', async () => {
  const { app } = await startNode(createGenesis({ rollups: [rollupSpec()] }))
  await advanceTo(app, 1)
  const chain = new RollupChain(INSTANCE)
  const committee = app.committee(INSTANCE)!
  const [first, second] = [chain.next(referenceTo(app)), chain.next(referenceTo(app))]
  const record = chain.record(committee, [first, second])
  const reasonOf = (candidate: typeof record) => {
    const admission = app.pool.addRecord(candidate)
    return admission.ok ? null : admission.reason
  }
  const weak = certify(committee, second.view, headerDigest(second), [0, 1])
  assert.equal(reasonOf({ ...record, headers: [] }), 'MALFORMED')
  assert.equal(reasonOf({ ...record, headers: [second, first] }), 'MALFORMED')
  assert.equal(reasonOf({ ...record, headers: [first] }), 'MALFORMED')
  assert.equal(reasonOf({ ...record, certificate: weak }), 'INVALID_CERTIFICATE')
  const unknown = { ...second, instance: { ...INSTANCE, sub: 1 } }
  assert.equal(reasonOf(chain.record(committee, [unknown])), 'UNKNOWN_INSTANCE')
  const far = { ...second, height: height(WAITING_HEADERS_MAX + 1) }
  assert.equal(reasonOf(chain.record(committee, [far])), 'TOO_FAR_AHEAD')
  assert.equal(reasonOf(record), null)
  assert.equal(reasonOf(record), 'ALREADY_KNOWN')
  await advanceTo(app, 2)
  assert.equal(reasonOf(record), 'STALE')
})

test('evidence is taken once and gets into a block', async () => {
  const { app } = await startNode(createGenesis())
  const instance = { rollup: BEACON, epoch: epoch(0), sub: 0 }
  const committee = app.committee(instance)!
  const [a, b] = ['a', 'b'].map((text) => castVote(committee, 3, 'N', view(9), keccakHex(utf8(text))))
  const evidence = createEvidence(instance, a!, b!)
  const honest = createEvidence(instance, a!, a!)
  assert.deepEqual(app.pool.addEvidence(honest), { ok: false, reason: 'NOT_AN_OFFENCE' })
  assert.deepEqual(app.pool.addEvidence(evidence), { ok: true })
  assert.deepEqual(app.pool.addEvidence(evidence), { ok: false, reason: 'ALREADY_KNOWN' })
  await advanceTo(app, 1)
  assert.equal(app.pool.evidence.size, 0)
  assert.deepEqual(app.pool.addEvidence(evidence), { ok: false, reason: 'ALREADY_KNOWN' })
  assert.deepEqual(await app.chain.evidence(10), [{ height: 1, index: 0 }])
})

test('what is new is told once, in the form that a peer takes', async () => {
  const genesis = createGenesis({ rollups: [rollupSpec()] })
  const [here, peer] = [await startNode(genesis), await startNode(genesis)]
  const told: PoolItem[] = []
  here.app.pool.subscribe((item) => told.push(item))
  await advanceTo(here.app, 1)
  const chain = new RollupChain(INSTANCE)
  const record = chain.record(here.app.committee(INSTANCE)!, [chain.next(referenceTo(here.app))])
  const action = signedBytes(presentIdentity(here.app.network), transfer(0), alice.key)
  for (let i = 0; i < 2; i++) {
    here.app.pool.addRecord(record)
    here.app.pool.addAction(action)
  }
  assert.deepEqual(told, [
    { type: 'record', bytes: encodeRecord(record) },
    { type: 'action', bytes: action },
  ])
  for (const item of told) assert.equal(peer.app.pool.addItem(item).ok, true)
  assert.deepEqual(peer.app.pool.addItem({ type: 'record', bytes: action }), {
    ok: false,
    reason: 'MALFORMED',
  })
})
