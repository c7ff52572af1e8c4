import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createDevnet } from '../../src/testing/index.ts'

const BEACON = join(import.meta.dirname, '../../bin/run.js')

test('a network is taken back as a whole, and goes on from there', async () => {
  const devnet = await createDevnet({ validators: 5 })
  try {
    const app = devnet.rollup()
    const [, bob, carol] = devnet.accounts
    const pay = (to: string) => app.signer().sendTransaction({ to, value: 10n ** 18n })
    const balance = async (of: string) => (await app.provider().getBalance(of)) / 10n ** 18n
    const l1Balance = (of: string) => devnet.l1.provider().getBalance(of)

    const old = await pay(bob!.address)
    await devnet.waitFor(old, 'final')
    const before = { bob: await balance(bob!.address), l1: await l1Balance(carol!.address) }
    const snapshot = await devnet.snapshot()

    await devnet.waitFor(await pay(bob!.address), 'soft')
    await devnet.l1.signer(3).sendTransaction({ to: carol!.address, value: 5n })
    await devnet.createRollup({ name: 'later' })
    assert.equal(await balance(bob!.address), before.bob + 1n)

    for (const round of [1, 2]) {
      await devnet.revert(snapshot)
      assert.equal(await balance(bob!.address), before.bob)
      assert.equal(await l1Balance(carol!.address), before.l1)
      assert.deepEqual(
        devnet.rollups.map(({ name }) => name),
        ['app'],
      )
      await devnet.waitFor(await pay(carol!.address), 'final')
      const { forkId } = await devnet.beacon.request<{ forkId: number }>({ method: 'beacon_getStatus' })
      assert.equal(forkId, round)
    }
    const file = join(devnet.dir, 'network.tgz')
    await devnet.save(file)
    const other = await createDevnet({ from: file })
    try {
      assert.notEqual(other.rollup().rpcUrl, app.rpcUrl)
      assert.equal(await other.rollup().provider().getBalance(bob!.address), before.bob * 10n ** 18n)
      await other.waitFor(
        await other.rollup().signer().sendTransaction({ to: bob!.address, value: 1n }),
        'soft',
      )
    } finally {
      await other.stop()
    }
    await assert.rejects(createDevnet({ from: file, validators: 6 }), { code: 'D504' })

    // Signed before the first fork, and checked by somebody who trusts nothing but the genesis file.
    const verify = [BEACON, 'confirmation', 'verify', old.hash, '--json']
    const env = { ...process.env, ...devnet.environment }
    const { stdout } = await promisify(execFile)(process.execPath, verify, { env })
    assert.equal(JSON.parse(stdout).ok, true)
  } finally {
    await devnet.stop()
  }
})
