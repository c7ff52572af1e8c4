import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDevnet } from '../../src/testing/index.ts'

interface Told {
  readonly name: string
  readonly isAlive: boolean
}

for (const simulated of [true, false]) {
  test(`rollups of a ${simulated ? 'simulated' : 'real'} network end by themselves, and time goes on without them`, async () => {
    await using devnet = await createDevnet({
      simulated,
      l1: 'none',
      validators: 5,
      rollups: ['app', { name: 'short', lifetimeMs: 15_000 }],
    })
    await devnet.createRollup({ name: 'demo', lifetimeMs: 10_000 })
    const told = async () => {
      const rollups = await devnet.beacon.request<Told[]>({ method: 'beacon_getRollups', params: [true] })
      return rollups.map(({ name, isAlive }) => [name, isAlive])
    }
    assert.deepEqual(await told(), [
      ['app', true],
      ['short', true],
      ['demo', true],
    ])
    await devnet.warp({ epochs: 2 })
    assert.deepEqual(await told(), [
      ['app', true],
      ['short', false],
      ['demo', false],
    ])
    const sent = await devnet
      .rollup('app')
      .signer()
      .sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
    await devnet.waitFor(sent, 'beacon')
  })
}
