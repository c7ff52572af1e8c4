import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import { systemTimers } from '../../src/platform/system.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { rollupId } from '../../src/primitives/ids.ts'
import type { Batch } from '../../src/settlement/batch.ts'
import { encodePostBatch } from '../../src/settlement/inbox.ts'
import { signL1Transaction } from '../../src/settlement/l1-transaction.ts'
import { startWatcher, type Watcher } from '../../src/settlement/watcher.ts'
import { AnvilProcess, DEPLOYMENT, deployTestInbox } from './anvil-process.ts'
import { createBatch } from './batches.ts'
import { EventRecorder } from './event-recorder.ts'
import { log } from './silent-log.ts'

const ROLLUP = rollupId(1)
const TIMEOUT = { timeout: 20_000 }

test('a batch is reported posted, then final, then settled after its window', TIMEOUT, async (t) => {
  await using anvil = await AnvilProcess.start()
  const inbox = await deployTestInbox(anvil)
  const recorder = new EventRecorder()
  watch(t, anvil, inbox, recorder)
  await post(anvil, inbox, createBatch(ROLLUP, 1, 3))
  const { posting } = await recorder.includes('posted 1-3')
  assert.equal(posting.l1BlockHash, (await anvil.client.block(posting.l1Block))?.hash)
  await anvil.mine(2)
  await recorder.endsWith('posted 1-3', 'final 1-3')
  await anvil.mine(DEPLOYMENT.challengeWindowBlocks)
  await recorder.endsWith('posted 1-3', 'final 1-3', 'settled 1-3')
})

test('a reorg steps a batch down, and its next posting up again', TIMEOUT, async (t) => {
  await using anvil = await AnvilProcess.start()
  const inbox = await deployTestInbox(anvil)
  const recorder = new EventRecorder()
  watch(t, anvil, inbox, recorder)
  await post(anvil, inbox, createBatch(ROLLUP, 1, 3))
  await recorder.endsWith('posted 1-3')
  await anvil.reorg(1)
  await recorder.endsWith('posted 1-3', 'reverted 1-3')
  await post(anvil, inbox, createBatch(ROLLUP, 1, 4))
  await anvil.mine(2)
  await recorder.endsWith('reverted 1-3', 'posted 1-4', 'final 1-4')
})

test('a watcher that was away hears the rungs that it knew, then what it missed', TIMEOUT, async (t) => {
  await using anvil = await AnvilProcess.start()
  const inbox = await deployTestInbox(anvil)
  const store = new MemoryStore()
  const before = new EventRecorder()
  const first = watch(t, anvil, inbox, before, store)
  await post(anvil, inbox, createBatch(ROLLUP, 1, 3))
  await before.endsWith('posted 1-3')
  await first.stop()
  await post(anvil, inbox, createBatch(ROLLUP, 4, 5))

  const after = new EventRecorder()
  watch(t, anvil, inbox, after, store)
  await after.includes('posted 4-5')
  assert.deepEqual(after.summary, ['posted 1-3', 'posted 4-5'])
})

test('a reorg that happened while the watcher was away is noticed', TIMEOUT, async (t) => {
  await using anvil = await AnvilProcess.start()
  const inbox = await deployTestInbox(anvil)
  const store = new MemoryStore()
  const before = new EventRecorder()
  const first = watch(t, anvil, inbox, before, store)
  await post(anvil, inbox, createBatch(ROLLUP, 1, 3))
  await before.endsWith('posted 1-3')
  await first.stop()
  await anvil.reorg(1)

  const after = new EventRecorder()
  watch(t, anvil, inbox, after, store)
  await after.endsWith('posted 1-3', 'reverted 1-3')
})

test('a rollup that is followed later is reported from its first batch on', TIMEOUT, async (t) => {
  await using anvil = await AnvilProcess.start()
  const inbox = await deployTestInbox(anvil)
  const recorder = new EventRecorder()
  const watcher = watch(t, anvil, inbox, recorder)
  const late = rollupId(8)
  await post(anvil, inbox, createBatch(late, 1, 2))
  await anvil.mine(3)
  await post(anvil, inbox, createBatch(late, 3, 7))
  await post(anvil, inbox, createBatch(ROLLUP, 1, 9))
  await recorder.includes('posted 1-9')
  assert.deepEqual(recorder.summary, ['posted 1-9'])
  watcher.follow(late)
  await recorder.includes('posted 3-7')
  await recorder.includes('final 1-2')
})

test('an L1 that lost blocks it had called final contradicts them, and goes on', TIMEOUT, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-watcher-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const stateFile = join(folder, 'state.json')
  const recorder = new EventRecorder()
  await using anvil = await AnvilProcess.start({ stateFile })
  const inbox = await deployTestInbox(anvil)
  await anvil.stop('SIGTERM')
  await using second = await AnvilProcess.start({ stateFile, port: anvil.port, stateIntervalSeconds: 600 })
  watch(t, second, inbox, recorder)
  await post(second, inbox, createBatch(ROLLUP, 1, 3))
  await second.mine(2)
  await recorder.endsWith('posted 1-3', 'final 1-3')
  await second.stop('SIGKILL')
  await using third = await AnvilProcess.start({ stateFile, port: anvil.port })
  await recorder.endsWith('final 1-3', 'contradicted 1-3')
  await post(third, inbox, createBatch(ROLLUP, 1, 3))
  await recorder.endsWith('contradicted 1-3', 'posted 1-3')
})

function watch(
  t: TestContext,
  anvil: AnvilProcess,
  inbox: Hex,
  recorder: EventRecorder,
  store = new MemoryStore(),
): Watcher {
  const { client } = anvil
  const ports = { client, store, timers: systemTimers, log, onEvent: recorder.onEvent }
  const watcher = startWatcher({ inbox, rollups: [ROLLUP], pollIntervalMs: 20 }, ports)
  t.after(watcher.stop)
  return watcher
}

async function post(anvil: AnvilProcess, inbox: Hex, batch: Batch): Promise<void> {
  const account = await anvil.account(3)
  const nonce = await anvil.client.transactionCount(account.address, 'latest')
  const transaction = {
    chainId: 31337,
    nonce,
    fees: { maxFee: 10n ** 11n, tip: 1n },
    gasLimit: 500_000n,
    to: inbox,
    data: encodePostBatch(batch),
  }
  const { succeeded } = await anvil.include(signL1Transaction(transaction, account))
  assert.ok(succeeded)
}
