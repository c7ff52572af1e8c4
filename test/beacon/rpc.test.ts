import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEvidence, encodeEvidence } from '../../src/beacon/evidence.ts'
import { createBeaconMethods } from '../../src/beacon/rpc.ts'
import { trieKey } from '../../src/beacon/state-trie.ts'
import type { Header } from '../../src/consensus/header.ts'
import { fromHex, type Hex, toHex, utf8 } from '../../src/primitives/bytes.ts'
import { presentIdentity } from '../../src/primitives/forks.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { BEACON, epoch, height, rollupId, view } from '../../src/primitives/ids.ts'
import { encodeRlp } from '../../src/primitives/rlp.ts'
import { verifyProof } from '../../src/state/proof.ts'
import {
  advanceTo,
  alice,
  bob,
  castVote,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  signedBytes,
  startNode,
} from './fixture.ts'

const INSTANCE = { rollup: rollupId(1), epoch: epoch(0), sub: 0 }

async function startRpc({ rollups = [rollupSpec()] } = {}) {
  const { app } = await startNode(createGenesis({ params: { epochLength: 8 }, rollups }))
  await advanceTo(app, 2)
  const methods = createBeaconMethods(app, { clientVersion: 'beacon/test' })
  // Through JSON, as a client would see it.
  const call = async (name: string, ...params: unknown[]) => {
    const result = await methods[name]!(params, { subscriptions: null })
    return JSON.parse(JSON.stringify(result ?? null))
  }
  return { app, call }
}

test('wallets find the chain', async () => {
  const { call } = await startRpc()
  assert.equal(await call('eth_chainId'), '0x757e20')
  assert.equal(await call('eth_blockNumber'), '0x2')
  assert.equal(await call('net_version'), '7700000')
  assert.equal(await call('web3_clientVersion'), 'beacon/test')
  assert.equal(await call('beacon_chainId'), 7_700_000)
})

test('blocks are found by height, digest and tag, with a certificate that covers them', async () => {
  const { app, call } = await startRpc()
  const status = await call('beacon_getStatus')
  assert.equal(status.head.height, 2)
  assert.equal(status.genesisHash, app.network.genesisHash)
  const byTag = await call('beacon_getHeader', 'latest')
  assert.deepEqual(await call('beacon_getHeader', 2), byTag)
  assert.deepEqual(await call('beacon_getHeader', byTag.digest), byTag)
  assert.equal(keccakHex(fromHex(byTag.encoded)), byTag.digest)
  assert.equal(await call('beacon_getHeader', 99), null)
  const block = await call('beacon_getBlock', 1)
  assert.deepEqual([block.height, block.actions, block.records], [1, [], []])
  const certificate = await call('beacon_getCertificate', 2)
  assert.deepEqual([certificate.kind, certificate.digest, certificate.headers], ['F', byTag.digest, []])
  assert.equal(await call('beacon_getCertificate', 0), null)
})

test('an action is sent, sent again, applied, and has a receipt', async () => {
  const { app, call } = await startRpc()
  const raw = toHex(
    signedBytes(
      presentIdentity(app.network),
      { type: 'transfer', nonce: 0, to: bob.address, amount: 5n },
      alice.key,
    ),
  )
  const hash = await call('beacon_sendRawAction', raw)
  assert.equal(hash, keccakHex(fromHex(raw)))
  assert.equal(await call('beacon_sendRawAction', raw), hash)
  assert.equal(await call('beacon_getActionReceipt', hash), null)
  assert.equal((await call('beacon_getAccount', alice.address)).nextNonce, 1)
  await advanceTo(app, 3)
  const receipt = await call('beacon_getActionReceipt', hash)
  assert.deepEqual([receipt.refusal, receipt.height, receipt.blockDigest], [null, 3, app.head.digest])
  assert.equal((await call('beacon_getAccount', bob.address)).balance, '100000000000000000005')
  assert.equal(await call('beacon_sendRawAction', raw), hash)
})

test('a refused action is an error with a reason', async () => {
  const { app, call } = await startRpc()
  const raw = toHex(
    signedBytes(
      presentIdentity(app.network),
      { type: 'transfer', nonce: 99, to: bob.address, amount: 5n },
      alice.key,
    ),
  )
  await assert.rejects(call('beacon_sendRawAction', raw), {
    code: -32000,
    data: { reason: 'NONCE_TOO_HIGH' },
  })
  await assert.rejects(call('beacon_sendRawAction', '0x00'), { data: { reason: 'MALFORMED' } })
  await assert.rejects(call('beacon_sendRawAction', 'no'), { code: -32602 })
  await assert.rejects(call('beacon_getRollup', {}), { code: -32602 })
})

test('validators, seeds and committees are told', async () => {
  const { app, call } = await startRpc()
  assert.equal((await call('beacon_getValidators')).length, 7)
  assert.equal((await call('beacon_getValidatorSet', 2)).validators[6].stake, '1000000000000000000000')
  assert.equal(await call('beacon_getValidatorSet', 3), null)
  assert.equal(await call('beacon_getSeed', 1), app.seed(epoch(1)))
  assert.equal(await call('beacon_getSeed', 2), null)
  const committee = await call('beacon_getCommittee', 'app')
  assert.deepEqual(await call('beacon_getCommittee', 1, 0, 0), committee)
  const drawn = app.state.committee(INSTANCE)!
  assert.deepEqual(
    committee.seats.map(({ validator }: { validator: number }) => validator),
    drawn.seats,
  )
  assert.equal(committee.standby.length, 2)
  assert.equal(await call('beacon_getCommittee', 'app', 2), null)
  assert.equal(await call('beacon_getCommittee', 'nobody'), null)
})

test('rollups that have ended are told of only if asked for', async () => {
  const rollups = [rollupSpec(), rollupSpec({ name: 'demo', chainId: 7_700_002, lifetimeBlocks: 8 })]
  const { app, call } = await startRpc({ rollups })
  const names = async (...params: unknown[]) =>
    (await call('beacon_getRollups', ...params)).map(({ name }: { name: string }) => name)
  assert.deepEqual(await names(), ['app', 'demo'])
  await advanceTo(app, 8)
  assert.deepEqual(await names(), ['app'])
  assert.deepEqual(await names(true), ['app', 'demo'])
  assert.equal((await call('beacon_getRollup', 'demo')).isAlive, false)
  await assert.rejects(call('beacon_getRollups', 'all'), { code: -32602 })
})

test('rollups and their records are told, with a proof that the record is in its block', async () => {
  const { app, call } = await startRpc()
  const chain = new RollupChain(INSTANCE)
  const headers: Header[] = [chain.next(referenceTo(app)), chain.next(referenceTo(app))]
  app.pool.addRecord(chain.record(app.committee(INSTANCE)!, headers))
  await advanceTo(app, 4)
  const [rollup] = await call('beacon_getRollups')
  assert.deepEqual(await call('beacon_getRollup', 'app'), rollup)
  assert.deepEqual(
    [rollup.id, rollup.chainId, rollup.record.height, rollup.status.closedAt],
    [1, 7_700_001, 2, null],
  )
  const record = await call('beacon_getRecord', 'app', 1)
  assert.deepEqual([record.header.height, record.headers.length, record.beacon.height], [1, 2, 3])
  const { recordsRoot } = await call('beacon_getHeader', record.beacon.height)
  const nodes = record.beacon.proof.map((node: Hex) => fromHex(node))
  const item = verifyProof(fromHex(recordsRoot), encodeRlp(new Uint8Array(0)), nodes)
  assert.equal(toHex(item!), record.encoded)
  assert.equal(await call('beacon_getRecord', 'app', 3), null)
})

test('any entry of the state can be proven to whoever has its root', async () => {
  const { app, call } = await startRpc()
  const proof = await call('beacon_getProof', 'seed/1')
  assert.equal(proof.stateRoot, app.head.header.stateRoot)
  const nodes = proof.nodes.map((node: Hex) => fromHex(node))
  assert.equal(toHex(verifyProof(fromHex(proof.stateRoot), trieKey('seed/1'), nodes)!), app.seed(epoch(1)))
  assert.equal(
    (await call('beacon_getProof', 'mix', 1)).stateRoot,
    app.chain.blockAt(height(1))!.header.stateRoot,
  )
  assert.equal(await call('beacon_getProof', 'nothing'), null)
  assert.equal(await call('beacon_getProof', 'mix', 77), null)
})

test('evidence is submitted, recorded and told', async () => {
  const { app, call } = await startRpc()
  const instance = { rollup: BEACON, epoch: epoch(0), sub: 0 }
  const [a, b] = ['a', 'b'].map((text) =>
    castVote(app.committee(instance)!, 3, 'F', view(9), keccakHex(utf8(text))),
  )
  const encoded = toHex(encodeEvidence(createEvidence(instance, a!, b!)))
  assert.equal(await call('beacon_submitEvidence', encoded), true)
  await assert.rejects(call('beacon_submitEvidence', '0x00'), { data: { reason: 'MALFORMED' } })
  await advanceTo(app, 3)
  const [evidence] = await call('beacon_getEvidence')
  assert.deepEqual([evidence.offence, evidence.validator, evidence.encoded], ['FF', 3, encoded])
})
