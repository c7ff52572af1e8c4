import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Contract, JsonRpcProvider, Wallet } from 'ethers'
import type { Hex } from '../../src/primitives/bytes.ts'
import { toHex } from '../../src/primitives/bytes.ts'
import { keccakHex, ZERO_HASH } from '../../src/primitives/hash.ts'
import { height, rollupId } from '../../src/primitives/ids.ts'
import { ROLLUP_INBOX } from '../../src/settlement/artifacts/rollup-inbox.ts'
import { BATCH_BYTES_MAX, type Batch } from '../../src/settlement/batch.ts'
import { deployInbox, inboxAddress } from '../../src/settlement/deploy.ts'
import { encodePostBatch, fetchInboxConstants, fetchInboxHead } from '../../src/settlement/inbox.ts'
import { AnvilProcess, DEPLOYMENT, deployTestInbox } from './anvil-process.ts'
import { createBatch } from './batches.ts'

let anvil: AnvilProcess
let inbox: Hex
let provider: JsonRpcProvider
let contract: Contract

before(async () => {
  anvil = await AnvilProcess.start()
  inbox = await deployTestInbox(anvil)
  provider = new JsonRpcProvider(anvil.rpcUrl, undefined, { cacheTimeout: -1, staticNetwork: true })
  const { privateKey } = await anvil.account(2)
  contract = new Contract(inbox, ROLLUP_INBOX.abi, new Wallet(toHex(privateKey), provider))
})
after(async () => {
  provider?.destroy()
  await anvil?.stop()
})

test('the inbox is where its parameters say, whoever deploys it again', async () => {
  assert.equal(inbox, inboxAddress(DEPLOYMENT))
  const other = await anvil.account(9)
  assert.equal(await deployInbox(anvil.client, other, DEPLOYMENT), inbox)
  assert.equal(await anvil.client.transactionCount(other.address, 'latest'), 0)
})

test('another window is another inbox', async () => {
  const deployment = { ...DEPLOYMENT, challengeWindowBlocks: 77 }
  const address = await deployInbox(anvil.client, await anvil.account(1), deployment)
  assert.notEqual(address, inbox)
  const { challengeWindowBlocks, deploymentBlock } = await fetchInboxConstants(anvil.client, address)
  assert.equal(challengeWindowBlocks, 77)
  assert.equal(deploymentBlock, (await anvil.client.block('latest'))?.number)
})

test('an inbox without a challenge window is refused', async () => {
  const deployment = { ...DEPLOYMENT, challengeWindowBlocks: 0 }
  await assert.rejects(deployInbox(anvil.client, await anvil.account(1), deployment), { code: 3 })
})

test('a chain without the CREATE2 proxy gets it', async () => {
  const proxy = '0x4e59b44847b379578588920ca78fbf26c0b4956c'
  await using bare = await AnvilProcess.start()
  await bare.rpc.request('anvil_setCode', [proxy, '0x'])
  assert.equal(await deployTestInbox(bare), inbox)
  assert.notEqual(await bare.client.code(proxy), '0x')
})

test('batches are appended in order and their claims kept', async () => {
  const rollup = rollupId(1)
  assert.deepEqual(await fetchInboxHead(anvil.client, inbox, rollup), {
    batchCount: 0,
    lastHeight: 0,
    lastDigest: ZERO_HASH,
  })
  const batches = [createBatch(rollup, 1, 1), createBatch(rollup, 2, 40)]
  for (const batch of batches) await post(batch)
  const [, second] = batches as [Batch, Batch]
  assert.deepEqual(await fetchInboxHead(anvil.client, inbox, rollup), {
    batchCount: 2,
    lastHeight: 40,
    lastDigest: second.lastDigest,
  })
  const kept = await contract.getFunction('batchAt')(1, 1)
  assert.equal(kept.lastHeight, 40n)
  assert.equal(kept.lastDigest, second.lastDigest)
  assert.equal(kept.stateRoot, second.stateRoot)
  assert.equal(kept.dataHash, keccakHex(second.data))
  assert.equal(kept.l1Block, BigInt(await provider.getBlockNumber()))
})

test('a batch that does not begin where the last one ended is refused', async () => {
  const rollup = rollupId(2)
  await rejectsWith(createBatch(rollup, 2, 3), 'NotContiguous')
  await rejectsWith({ ...createBatch(rollup, 1, 3), firstHeight: height(0) }, 'NotContiguous')
  await post(createBatch(rollup, 1, 3))
  await rejectsWith(createBatch(rollup, 1, 3), 'NotContiguous')
  await rejectsWith(createBatch(rollup, 5, 6), 'NotContiguous')
})

test('a batch on another parent than the last block is refused', async () => {
  const rollup = rollupId(3)
  await post(createBatch(rollup, 1, 3))
  await rejectsWith({ ...createBatch(rollup, 4, 5), parentDigest: ZERO_HASH }, 'UnknownParent')
})

test('a batch that ends before it begins is refused', async () => {
  await rejectsWith(createBatch(rollupId(4), 1, 0), 'EmptyRange')
})

test('rollups have heights of their own', async () => {
  await post(createBatch(rollupId(5), 1, 9))
  await post(createBatch(rollupId(6), 1, 2))
  assert.equal((await fetchInboxHead(anvil.client, inbox, rollupId(5))).lastHeight, 9)
  assert.equal((await fetchInboxHead(anvil.client, inbox, rollupId(6))).lastHeight, 2)
})

test('the largest batch fits into one transaction', async () => {
  const certificate = new Uint8Array(141)
  const data = new Uint8Array(BATCH_BYTES_MAX - certificate.length).fill(255)
  await post({ ...createBatch(rollupId(7), 1, 2), certificate, data })
})

async function post(batch: Batch): Promise<void> {
  const signer = contract.runner as Wallet
  const sent = await signer.sendTransaction({ to: inbox, data: toHex(encodePostBatch(batch)) })
  assert.equal((await sent.wait())?.status, 1)
}

async function rejectsWith(batch: Batch, error: string): Promise<void> {
  const call = (contract.runner as Wallet).call({ to: inbox, data: toHex(encodePostBatch(batch)) })
  await assert.rejects(
    call,
    ({ data }: { data: string }) => contract.interface.parseError(data)?.name === error,
  )
}
