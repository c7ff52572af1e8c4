/** A node that joins a network some epochs old begins with its state, keeps none of the blocks before, and becomes a validator like the others. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { call, eventually } from '../faults/network.ts'
import { createHome } from './beacon-cli.ts'
import { JoinProcess } from './join-process.ts'

interface Endpoints {
  readonly beacon: { readonly rpcUrl: string; readonly validators: readonly { readonly peer: string }[] }
  readonly accounts: readonly { readonly privateKey: string }[]
}

interface Status {
  readonly head: { readonly height: number; readonly stateRoot: string }
  readonly epoch: number
}

const EPOCH_BLOCKS = 8
/** Several epochs, on a busy machine. */
const LONG_MS = 120_000

describe('a node that joins a network some epochs old', { timeout: 5 * LONG_MS }, () => {
  const home = createHome()
  let network: Endpoints
  let joined: JoinProcess
  let snapshotHeight: number

  const headerAt = (url: string, height: number) =>
    call<{ digest: string; stateRoot: string } | null>(url, 'beacon_getHeader', [height])
  const status = (url: string) => call<Status>(url, 'beacon_getStatus')

  before(async () => {
    const size = ['--validators', '5', '--epoch-blocks', `${EPOCH_BLOCKS}`, '--rollup', 'app']
    network = await home.ok<Endpoints>('devnet', 'up', '--detach', '--ports', 'auto', ...size)
    // Registered by an action, so that its seats need a block from before the snapshot.
    await home.ok('rollup', 'create', 'late')
    await eventually(async () => (await status(network.beacon.rpcUrl)).epoch >= 4, LONG_MS)
  })
  after(async () => {
    await joined?.stop()
    await home[Symbol.asyncDispose]()
  })

  test('begins with a snapshot, and comes to the same head and state', async () => {
    const peers = network.beacon.validators.flatMap(({ peer }) => ['--peer', peer])
    joined = new JoinProcess([...peers, '--data', join(home.dir, 'joined'), '--stake', '40000'], {
      genesisFile: join(home.dir, 'default/genesis.json'),
      privateKey: network.accounts[1]!.privateKey,
    })
    const { height, rpcUrl } = await joined.follows(LONG_MS)
    const [, at] = await joined.says(/goes on from the snapshot at height (\d+)/, LONG_MS)
    snapshotHeight = Number(at)
    assert.equal(snapshotHeight % EPOCH_BLOCKS, 0)
    assert.ok(snapshotHeight >= 3 * EPOCH_BLOCKS && snapshotHeight <= height, `${snapshotHeight}, ${height}`)
    assert.deepEqual(await headerAt(rpcUrl, height), await headerAt(network.beacon.rpcUrl, height))
    assert.equal(await headerAt(rpcUrl, snapshotHeight - 1), null)
    assert.deepEqual(
      await headerAt(rpcUrl, snapshotHeight),
      await headerAt(network.beacon.rpcUrl, snapshotHeight),
    )
  })

  test('registers, serves, is elected, and takes part in both rollups', async () => {
    await joined.says(/is registered as validator 5/, LONG_MS)
    await joined.says(/serves as validator 5/, LONG_MS)
    await joined.says(/has seat \d of rollup app/, LONG_MS)
    await joined.says(/has seat \d of rollup late/, LONG_MS)
  })

  test('votes', async () => {
    const { rpcUrl } = network.beacon
    await eventually(async () => {
      const set = await call<{ validators: { validator: number }[] }>(rpcUrl, 'beacon_getValidatorSet')
      const seat = set.validators.findIndex(({ validator }) => validator === 5)
      const { bitmap } = await call<{ bitmap: string }>(rpcUrl, 'beacon_getCertificate')
      return ((Buffer.from(bitmap.slice(2), 'hex')[seat >> 3]! >> (seat & 7)) & 1) === 1
    }, LONG_MS)
  })

  test('comes back to where it was when it is started again', async () => {
    await joined.stop()
    joined = joined.again()
    const { validator, rpcUrl } = await joined.follows(LONG_MS)
    assert.equal(validator, 5)
    assert.equal(joined.said.includes('snapshot'), false)
    assert.notEqual(await headerAt(rpcUrl, snapshotHeight), null)
  })
})
