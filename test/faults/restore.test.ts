/** The supervisor is killed while a snapshot is taken, or a network taken back: afterwards it is the one of before, or the one that it was to become. */

import assert from 'node:assert/strict'
import { existsSync, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { askSupervisor } from '../../src/devnet/control-client.ts'
import { call, FaultyNetwork, type NetworkEndpoints } from './network.ts'

const DEADLINE_MS = 60_000
/** What the account has in the snapshot, in wei. */
const EARLIER = 10_000n * 10n ** 18n + 1n

/** Resolves as soon as something of this name is made, moved or removed in the folder. */
function noticed(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, changed) => {
      if (changed !== name) return
      watcher.close()
      resolve()
    })
  })
}

describe('a network whose supervisor is killed', () => {
  const network = new FaultyNetwork()
  let folder: string
  let snapshot: string
  let started: NetworkEndpoints

  const balance = ({ rollups, accounts }: NetworkEndpoints) =>
    call<string>(rollups[0]!.rpcUrl, 'eth_getBalance', [accounts[5]!.address, 'latest'])
  const pay = async ({ rollups, accounts }: NetworkEndpoints) => {
    const request = { from: accounts[1]!.address, to: accounts[5]!.address, value: '0x1' }
    const hash = await call<string>(rollups[0]!.rpcUrl, 'eth_sendTransaction', [request])
    await network.home.ok('confirmation', 'wait', hash, '--rung', 'soft')
  }
  /** It may be through before it is killed; what counts is what is there afterwards. */
  const killedAt = async (name: string, where: string, method: string, params: object) => {
    const moment = noticed(where, name)
    const asked = askSupervisor(folder, method, params, DEADLINE_MS).catch(() => {})
    await moment
    await network.kill(network.endpoints.pid)
    await asked
    return network.up()
  }

  before(async () => {
    started = await network.up('--rollup', 'app', '--validators', '5')
    folder = join(network.home.dir, 'default')
    await pay(started)
    snapshot = (await askSupervisor(folder, 'snapshot', {}, DEADLINE_MS)) as string
    await pay(started)
  })
  after(() => network[Symbol.asyncDispose]())

  test('while a snapshot is taken goes on, and has no half of one', async () => {
    const snapshots = join(folder, 'snapshots')
    const resumed = await killedAt('2.tmp', snapshots, 'snapshot', {})
    assert.equal(Number(await balance(resumed)), Number(await balance(started)))
    for (const name of readdirSync(snapshots).filter((name) => /^\d+$/.test(name))) {
      assert.ok(existsSync(join(snapshots, name, 'manifest.json')))
    }
    await pay(resumed)
  })

  for (const moment of ['tmp-restoring', 'restoring', 'nodes', 'genesis.json']) {
    test(`while it is taken back, at '${moment}', is one or the other`, async () => {
      await pay(started)
      const later = BigInt(await balance(started))
      const resumed = await killedAt(moment, folder, 'revert', { snapshot })
      const now = BigInt(await balance(resumed))
      console.log(`# ${now === EARLIER ? 'taken back' : 'as it was'}`)
      assert.ok(now === EARLIER || now === later, `${now} is neither ${EARLIER} nor ${later}`)
      assert.deepEqual(
        readdirSync(folder).filter((name) => /restoring|^tmp-/.test(name)),
        [],
      )
      await pay(resumed)
    })
  }

  test('is taken back by the next one that is asked', async () => {
    await askSupervisor(folder, 'revert', { snapshot }, DEADLINE_MS)
    assert.equal(BigInt(await balance(started)), EARLIER)
    await pay(started)
  })
})
