import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import { systemClock, systemTimers } from '../../src/platform/system.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { type Height, type RollupId, rollupId } from '../../src/primitives/ids.ts'
import { fetchInboxHead } from '../../src/settlement/inbox.ts'
import { signL1Transaction } from '../../src/settlement/l1-transaction.ts'
import { type BatchSource, type Poster, startPoster } from '../../src/settlement/poster.ts'
import { startWatcher } from '../../src/settlement/watcher.ts'
import { AnvilProcess, deployTestInbox } from './anvil-process.ts'
import { createBatch } from './batches.ts'
import { EventRecorder } from './event-recorder.ts'
import { log } from './silent-log.ts'

const A = rollupId(1)
const B = rollupId(2)
const TIMEOUT = { timeout: 30_000 }

test('one seat posts the batches of its rollups, one after another', TIMEOUT, async (t) => {
  const { seat, recorder } = await network(t)
  const rollup = new RecordedRollup()
  rollup.record(A, 6)
  rollup.record(B, 4)
  const poster = await seat(1, rollup.source(0))
  poster.follow(A)
  poster.follow(B)
  await recorder.includes('posted 5-6')
  rollup.record(A, 9)
  poster.wake()
  await recorder.includes('posted 7-8')
  await recorder.includes('posted 9-9')
  assert.deepEqual(postedHeights(recorder, A), [2, 4, 6, 8, 9])
  assert.deepEqual(postedHeights(recorder, B), [2, 4])
})

test('of two seats that race for a batch, one gets it posted, once', TIMEOUT, async (t) => {
  const { anvil, inbox, seat, recorder } = await network(t)
  await anvil.mineManually()
  const rollup = new RecordedRollup()
  rollup.record(A, 6)
  for (const key of [1, 2]) (await seat(key, rollup.source(0))).follow(A)
  for (const posted of ['posted 1-2', 'posted 3-4', 'posted 5-6']) {
    await mineUntil(anvil, recorder.includes(posted))
  }
  assert.equal((await fetchInboxHead(anvil.client, inbox, A)).batchCount, 3)
  assert.deepEqual(postedHeights(recorder, A), [2, 4, 6])
})

test('the next seat posts when the one before it is silent', TIMEOUT, async (t) => {
  const { anvil, seat, recorder } = await network(t)
  const rollup = new RecordedRollup()
  rollup.record(A, 2)
  const third = await seat(3, rollup.source(2))
  third.follow(A)
  const second = await seat(2, rollup.source(1))
  second.follow(A)
  const { posting } = await recorder.includes('posted 1-2')
  assert.equal(await anvil.client.transactionCount((await anvil.account(2)).address, 'latest'), 1)
  assert.equal(posting.batchIndex, 0)
})

test('a batch that a reorg took back is posted again', TIMEOUT, async (t) => {
  const { anvil, seat, recorder } = await network(t)
  const rollup = new RecordedRollup()
  rollup.record(A, 2)
  const poster = await seat(1, rollup.source(0))
  poster.follow(A)
  await recorder.endsWith('posted 1-2')
  await anvil.reorg(1)
  await recorder.endsWith('posted 1-2', 'reverted 1-2', 'posted 1-2')
})

test('a transaction with too low fees is replaced by one that is included', TIMEOUT, async (t) => {
  const { anvil, seat, recorder } = await network(t)
  await anvil.mineManually()
  const rollup = new RecordedRollup()
  rollup.record(A, 2)
  const poster = await seat(1, rollup.source(0), { inclusionTimeoutMs: 50 })
  poster.follow(A)
  await until(async () => (await pendingTargets(anvil)).length === 1)
  await anvil.rpc.request('anvil_setNextBlockBaseFeePerGas', ['0x4a817c800'])
  await mineUntil(anvil, recorder.includes('posted 1-2'))
  assert.equal(await anvil.client.transactionCount((await anvil.account(1)).address, 'latest'), 1)
})

test('a foreign transaction with the same nonce is outbid', TIMEOUT, async (t) => {
  const { anvil, inbox, seat, recorder } = await network(t)
  await anvil.mineManually()
  const account = await anvil.account(1)
  const nonce = await anvil.client.transactionCount(account.address, 'latest')
  const fees = { maxFee: 3n * 10n ** 9n, tip: 2n * 10n ** 9n }
  const foreign = {
    chainId: 31337,
    nonce,
    fees,
    gasLimit: 21_000n,
    to: account.address,
    data: new Uint8Array(),
  }
  await anvil.client.sendTransaction(signL1Transaction(foreign, account))
  const rollup = new RecordedRollup()
  rollup.record(A, 2)
  const poster = await seat(1, rollup.source(0))
  poster.follow(A)
  await until(async () => (await pendingTargets(anvil)).join() === inbox)
  await mineUntil(anvil, recorder.includes('posted 1-2'))
  assert.equal(await anvil.client.transactionCount(account.address, 'latest'), nonce + 1)
})

test('posting goes on when the L1 comes back from its state', TIMEOUT, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-poster-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const stateFile = join(folder, 'state.json')
  const { anvil, seat, recorder } = await network(t, { stateFile })
  const rollup = new RecordedRollup()
  rollup.record(A, 2)
  const poster = await seat(1, rollup.source(0))
  poster.follow(A)
  await recorder.endsWith('posted 1-2')
  await anvil.stop('SIGTERM')
  rollup.record(A, 4)
  poster.wake()
  await using _again = await AnvilProcess.start({ stateFile, port: anvil.port })
  await recorder.includes('posted 3-4')
  assert.ok(!recorder.summary.includes('reverted 1-2'))
})

test('a batch of a rollup that diverged from the inbox is never posted', TIMEOUT, async (t) => {
  const { anvil, inbox, seat, recorder } = await network(t)
  const rollup = new RecordedRollup()
  rollup.record(A, 2)
  rollup.record(B, 2)
  const poster = await seat(1, rollup.source(0))
  poster.follow(A)
  await recorder.includes('posted 1-2')
  const foreign: BatchSource = async (id, firstHeight) => {
    if (id === B) return rollup.source(0)(id, firstHeight)
    const batch = {
      ...createBatch(id, firstHeight, firstHeight + 1),
      parentDigest: `0x${'ab'.repeat(32)}` as Hex,
    }
    return { batch, seatsBefore: 0 }
  }
  const diverged = await seat(2, foreign)
  diverged.follow(A)
  diverged.follow(B)
  await until(async () => (await fetchInboxHead(anvil.client, inbox, B)).lastHeight === 2)
  assert.equal((await fetchInboxHead(anvil.client, inbox, A)).lastHeight, 2)
})

/** Rollups whose blocks are recorded up to some height, in batches of two where there are two. */
class RecordedRollup {
  readonly #recorded = new Map<RollupId, number>()

  record(rollup: RollupId, lastHeight: number): void {
    this.#recorded.set(rollup, lastHeight)
  }

  source(seatsBefore: number): BatchSource {
    return async (rollup: RollupId, firstHeight: Height) => {
      const recorded = this.#recorded.get(rollup) ?? 0
      if (recorded < firstHeight) return null
      return { batch: createBatch(rollup, firstHeight, Math.min(firstHeight + 1, recorded)), seatsBefore }
    }
  }
}

/** An L1 with an inbox and a watcher, and seats to be started on it. */
async function network(t: TestContext, options = {}) {
  const anvil = await AnvilProcess.start(options)
  t.after(() => anvil.stop())
  const inbox = await deployTestInbox(anvil)
  const { client } = anvil
  const recorder = new EventRecorder()
  const watcherPorts = {
    client,
    store: new MemoryStore(),
    timers: systemTimers,
    log,
    onEvent: recorder.onEvent,
  }
  const watcher = startWatcher({ inbox, rollups: [A, B], pollIntervalMs: 20 }, watcherPorts)
  t.after(watcher.stop)
  const seat = async (key: number, nextBatch: BatchSource, timing = {}): Promise<Poster> => {
    const account = await anvil.account(key)
    const ports = { client, account, nextBatch, clock: systemClock, timers: systemTimers, log }
    const poster = startPoster({ inbox, pollIntervalMs: 20, turnTimeoutMs: 300, ...timing }, ports)
    t.after(poster.stop)
    return poster
  }
  return { anvil, inbox, recorder, seat }
}

function postedHeights({ events }: EventRecorder, rollup: RollupId): number[] {
  const posted = events.filter(({ type, posting }) => type === 'posted' && posting.rollup === rollup)
  return posted.map(({ posting }) => posting.lastHeight)
}

/** Makes blocks, for transactions that come at times of their own, until `event` has happened. */
async function mineUntil(anvil: AnvilProcess, event: Promise<unknown>): Promise<void> {
  const signal = { happened: false }
  void event.then(() => {
    signal.happened = true
  })
  await until(async () => {
    await anvil.mine()
    return signal.happened
  })
}

/** Whom the transactions that wait for a block are for. */
async function pendingTargets(anvil: AnvilProcess): Promise<string[]> {
  const content = (await anvil.rpc.request('txpool_content', [])) as {
    pending: Record<string, Record<string, { to: string }>>
  }
  return Object.values(content.pending).flatMap((queue) => Object.values(queue).map(({ to }) => to))
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}
