/** The one excuse that the soak knows for a confirmation that is gone: seen on a real network, whose rollup lost its committee. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDevnet } from '../../src/testing/create-devnet.ts'
import { call, eventually } from '../faults/network.ts'
import { findOpening } from './openings.ts'

interface RollupAnswer {
  readonly status: { readonly instance: { readonly epoch: number; readonly sub: number } }
}

const ABOVE_ALL = 1_000_000
const REOPENED_MS = 120_000

test('an instance that was opened anew voids what lies above its first block, and nothing else', async () => {
  await using devnet = await createDevnet({ seed: 'opening', epochBlocks: 8, rollups: [{ name: 'app' }] })
  const app = devnet.rollup()
  const { rpcUrl } = devnet.beacon
  const find = (epoch: number, sub: number, height: number) =>
    findOpening(rpcUrl, join(devnet.dir, 'genesis.json'), { rollup: 1, epoch, sub, height })
  const instance = async () => (await call<RollupAnswer>(rpcUrl, 'beacon_getRollup', ['app'])).status.instance

  const sent = await app.signer().sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
  await devnet.waitFor(sent, 'beacon', { timeoutMs: 60_000 })
  assert.equal(await find(0, 0, ABOVE_ALL), null)

  // Three of five seats are no quorum, while five of seven validators are one: the Beacon Layer goes on without the rollup.
  await devnet.fault.kill(app.committee.slice(0, 2).map(({ validator }) => `validator-${validator}`))
  await eventually(async () => (await instance()).sub === 1, REOPENED_MS)

  const { epoch } = await instance()
  const opening = await find(0, 0, ABOVE_ALL)
  assert.equal(opening?.epoch, epoch)
  assert.ok(opening.from > 0, 'the recorded block stays')
  assert.equal(await find(0, 0, opening.from), null, 'a block that is recorded is not void')
  assert.equal(
    await find(epoch, 1, ABOVE_ALL),
    null,
    'an instance does not excuse the loss of its own blocks',
  )
})
