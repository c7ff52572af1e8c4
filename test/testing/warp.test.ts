import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDevnet, type TestChain, type TestDevnet } from '../../src/testing/index.ts'

const DAY = 86_400

async function timeOf(chain: Pick<TestChain, 'request'>): Promise<number> {
  const params = ['latest', false]
  const block = await chain.request<{ timestamp: string }>({ method: 'eth_getBlockByNumber', params })
  return Number(block.timestamp)
}

async function times(devnet: TestDevnet): Promise<Record<string, number>> {
  const { head } = await devnet.beacon.request<{ head: { time: number } }>({ method: 'beacon_getStatus' })
  const [l1, app] = await Promise.all([timeOf(devnet.l1), timeOf(devnet.rollup())])
  return { beacon: Math.floor(head.time / 1_000), l1, app }
}

test('all chains are moved in time together, and a restart or a snapshot keeps that', async () => {
  const devnet = await createDevnet({ validators: 5, epochBlocks: 16 })
  try {
    const pay = () => devnet.rollup().signer().sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
    const before = await times(devnet)
    const { time, aheadMs } = await devnet.warp({ seconds: DAY })
    assert.equal(aheadMs, DAY * 1_000)
    assert.ok(Math.abs(time - Date.now() - aheadMs) < 10_000)
    for (const [chain, at] of Object.entries(await times(devnet))) {
      assert.ok(at >= before[chain]! + DAY, `${chain} is at ${at}`)
    }
    await devnet.waitFor(await pay(), 'final')

    await devnet.restart('validator-1')
    await devnet.restart('l1')
    const snapshot = await devnet.snapshot()
    assert.equal((await devnet.warp({ seconds: DAY })).aheadMs, 2 * DAY * 1_000)
    await devnet.revert(snapshot)
    await devnet.waitFor(await pay(), 'final')
    for (const [chain, at] of Object.entries(await times(devnet))) {
      assert.ok(at >= before[chain]! + DAY && at < before[chain]! + 2 * DAY, `${chain} is at ${at}`)
    }
  } finally {
    await devnet.stop()
  }
})

test('epochs pass with all of their blocks, elections and hand-overs', async () => {
  const devnet = await createDevnet({ validators: 7, epochBlocks: 16 })
  try {
    const committee = () =>
      devnet.beacon.request<{ epoch: number; sub: number }>({
        method: 'beacon_getCommittee',
        params: ['app'],
      })
    const { epoch: first } = await committee()
    const { epoch, aheadMs } = await devnet.warp({ epochs: 3 })
    assert.ok(epoch >= first + 3)
    assert.equal(aheadMs, 3 * 16 * 500)
    const sent = await devnet
      .rollup()
      .signer()
      .sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
    await devnet.waitFor(sent, 'final')
    const now = await committee()
    assert.ok(now.epoch >= first + 3)
    assert.equal(now.sub, 0, 'no committee was late to hand over')
  } finally {
    await devnet.stop()
  }
})
