/** A network in a file, through the command line: saved while it runs, loaded beside itself, and taken on by both. */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { JsonRpcProvider, Wallet } from 'ethers'
import { extract } from 'tar'
import { createHome } from '../beacon-cli.ts'

interface Network {
  readonly l1: { rpcUrl: string }
  readonly rollups: { name: string; rpcUrl: string }[]
  readonly accounts: { address: string; privateKey: string }[]
  readonly beacon: { genesisHash: string }
}

describe('a network in a file', () => {
  const home = createHome()
  const file = join(home.dir, 'network.tgz')
  let network: Network
  let old: string

  const refusal = async (...args: string[]): Promise<string | undefined> => {
    const { exitCode, envelope } = await home.beacon(...args)
    assert.equal(exitCode, 2)
    return envelope.error?.code
  }
  const pay = async ({ rollups, accounts }: Network, value: bigint): Promise<string> => {
    const provider = new JsonRpcProvider(rollups[0]!.rpcUrl, undefined, { cacheTimeout: -1 })
    try {
      const wallet = new Wallet(accounts[2]!.privateKey, provider)
      return (await wallet.sendTransaction({ to: accounts[5]!.address, value })).hash
    } finally {
      provider.destroy()
    }
  }
  const balance = async ({ rollups, accounts }: Network): Promise<bigint> => {
    const provider = new JsonRpcProvider(rollups[0]!.rpcUrl)
    try {
      return await provider.getBalance(accounts[5]!.address)
    } finally {
      provider.destroy()
    }
  }

  before(async () => {
    network = await home.ok(
      'devnet',
      'up',
      '--detach',
      '--ports',
      'auto',
      '--validators',
      '5',
      '--rollup',
      'app',
    )
    old = await pay(network, 7n)
    await home.ok('confirmation', 'wait', old, '--rung', 'final')
  })
  after(() => home[Symbol.asyncDispose]())

  test('is saved while it runs, and then goes on', async () => {
    const { bytes, chains, wasRunning } = await home.ok<Record<string, number | boolean>>(
      'devnet',
      'save',
      file,
    )
    assert.ok(Number(bytes) > 10_000)
    assert.equal(chains, 2)
    assert.equal(wasRunning, true)
    const later = await pay(network, 1n)
    await home.ok('confirmation', 'wait', later, '--rung', 'soft')
    assert.equal(await balance(network), 10_000n * 10n ** 18n + 8n)
  })

  test('holds no key, and nothing that is written anew at each start', async () => {
    const unpacked = join(home.dir, 'unpacked')
    mkdirSync(unpacked)
    await extract({ file, cwd: unpacked })
    const names = readdirSync(unpacked, { recursive: true, encoding: 'utf8' })
    assert.ok(names.includes(join('network', 'nodes', 'l1', 'state.json')))
    assert.deepEqual(
      names.filter((name) => /keys\.json|LOCK|endpoints|\d+-\d+-\d+\.log$/.test(name)),
      [],
    )
  })

  test('is loaded beside itself, and both go their own ways', async () => {
    const loaded = await home.ok<{ forkId: number }>('devnet', 'load', file, '--name', 'copy')
    assert.equal(loaded.forkId, 1)
    const copy = await home.ok<Network>('devnet', 'up', '--detach', '--name', 'copy')
    assert.equal(copy.beacon.genesisHash, network.beacon.genesisHash)
    assert.notEqual(copy.rollups[0]!.rpcUrl, network.rollups[0]!.rpcUrl)
    assert.equal(await balance(copy), 10_000n * 10n ** 18n + 7n)
    const fresh = await pay(copy, 2n)
    await home.ok('confirmation', 'wait', fresh, '--rung', 'final', '--name', 'copy')
    await home.ok('confirmation', 'verify', old, '--name', 'copy')
    await home.ok('confirmation', 'verify', fresh, '--name', 'copy')
    await home.ok('election', 'verify', 'app', '--name', 'copy')
    // What the copy has signed since proves nothing to whoever knows of the original only.
    const confirmation = join(home.dir, 'confirmation.json')
    writeFileSync(confirmation, JSON.stringify(await home.ok('confirmation', 'get', fresh, '--name', 'copy')))
    const { exitCode, envelope } = await home.beacon('confirmation', 'verify', confirmation)
    assert.equal(exitCode, 3, JSON.stringify(envelope.error))
    await home.ok('devnet', 'down', '--name', 'copy')
  })

  test('does not replace a devnet unless told so, and never one that runs', async () => {
    assert.equal(await refusal('devnet', 'load', file, '--name', 'copy'), 'D606')
    assert.equal(await refusal('devnet', 'load', file), 'D301')
    const { forkId } = await home.ok<{ forkId: number }>(
      'devnet',
      'load',
      file,
      '--name',
      'copy',
      '--replace',
    )
    assert.equal(forkId, 2, 'above that of the fork which is lost')
  })

  test('is saved while it is stopped, too', async () => {
    const { wasRunning } = await home.ok<{ wasRunning: boolean }>(
      'devnet',
      'save',
      `${file}.2`,
      '--name',
      'copy',
    )
    assert.equal(wasRunning, false)
    assert.equal(await refusal('devnet', 'save', file, '--name', 'nobody'), 'D605')
  })

  test('that is no such file leaves nothing behind', async () => {
    const garbage = join(home.dir, 'garbage.tgz')
    writeFileSync(garbage, 'garbage')
    assert.equal(await refusal('devnet', 'load', garbage, '--name', 'other'), 'D602')
    assert.equal(await refusal('devnet', 'load', `${garbage}.not`, '--name', 'other'), 'D602')
    assert.equal(existsSync(join(home.dir, 'other')), false)
  })
})
