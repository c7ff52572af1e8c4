/** The whole network dies, or is put down, and comes back: the same chains, with everything that anyone was told. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Load } from './load.ts'
import { call, FaultyNetwork, type NetworkEndpoints } from './network.ts'

const firstBlock = (url: string) => call<object>(url, 'eth_getBlockByNumber', ['0x1', false])
const firstBeaconBlock = (url: string) => call<object>(url, 'beacon_getHeader', [1])
const headHeight = async (url: string) => Number(await call<string>(url, 'eth_blockNumber'))

describe('a network that dies and comes back', () => {
  const network = new FaultyNetwork()
  let started: NetworkEndpoints
  let load: Load
  let first: { beacon: object; app: object }

  before(async () => {
    started = await network.up()
    await network.home.ok('rollup', 'create', 'app')
    const { rpcUrl, chainId } = network.rollup()
    const [, one, other] = started.accounts
    load = new Load(rpcUrl, chainId, [one!.privateKey, other!.privateKey])
    await load.more(60, 60_000)
    first = { beacon: await firstBeaconBlock(started.beacon.rpcUrl), app: await firstBlock(rpcUrl) }
  })
  after(async () => {
    await load?.stop()
    await network[Symbol.asyncDispose]()
  })

  async function isTheSame(resumed: NetworkEndpoints): Promise<void> {
    assert.equal(resumed.beacon.genesisHash, started.beacon.genesisHash)
    assert.deepEqual(await firstBeaconBlock(resumed.beacon.rpcUrl), first.beacon)
    const [app] = resumed.rollups
    assert.equal(app!.rpcUrl, network.rollup().rpcUrl)
    assert.deepEqual(await firstBlock(app!.rpcUrl), first.app)
    await load.assertNothingLost()
  }

  for (const time of ['once', 'and once more']) {
    test(`kill -9 of every process at once, ${time}, loses nothing that was soft-confirmed`, async () => {
      const { rpcUrl } = network.rollup()
      const { pid, processes } = await network.status()
      await network.kill(pid, ...processes.flatMap((process) => process.pid ?? []))
      const told = load.confirmed.length
      const upAgain = Date.now()
      const resumed = await network.up()
      console.log(`# up again after ${Date.now() - upAgain} ms`)
      assert.equal(resumed.rollups[0]!.rpcUrl, rpcUrl, 'users go on without a word')
      await isTheSame(resumed)
      await load.more(60, 60_000)
      assert.ok(load.confirmed.length > told)
      await load.assertNothingLost()
    })
  }

  test('down and up resumes the same chains', async () => {
    await load.stop()
    const before = await headHeight(network.rollup().rpcUrl)
    await network.down()
    const resumed = await network.up()
    await isTheSame(resumed)
    assert.ok((await headHeight(resumed.rollups[0]!.rpcUrl)) > before)
  })

  test('up --fresh starts anew', async () => {
    await network.down()
    const anew = await network.up('--fresh', '--rollup', 'app')
    assert.notDeepEqual(await firstBeaconBlock(anew.beacon.rpcUrl), first.beacon)
    const [app] = anew.rollups
    assert.notDeepEqual(await firstBlock(app!.rpcUrl), first.app)
    const { hash } = load.confirmed[0]!
    assert.equal(await call(app!.rpcUrl, 'eth_getTransactionReceipt', [hash]), null)
  })
})
