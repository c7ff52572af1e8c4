/** A running network whose runtime is replaced, for the better and for the worse. */

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { keccakHex } from '../../src/primitives/hash.ts'
import { readShippedCode } from '../beacon/runtime/shipped.ts'
import { smallRuntime } from '../beacon/upgrade/small-runtimes.ts'
import { call, eventually, FaultyNetwork } from '../faults/network.ts'

interface RuntimeAnswer {
  readonly code: string
  readonly failure: { readonly code: string; readonly reason: string } | null
}

interface Status {
  readonly head: { readonly height: number; readonly stateRoot: string }
}

/** Other bytes that do the same: a custom section without a name. */
const next = Buffer.concat([readShippedCode(), Uint8Array.of(0, 1, 0)])
/** A runtime that never ends is tried by every node, again for each proposal, before it is given up. */
const LONG_MS = 240_000

describe('the runtime of a running network', { timeout: 5 * LONG_MS }, () => {
  const network = new FaultyNetwork()
  const file = (name: string) => join(network.home.dir, name)
  before(async () => {
    await network.up('--validators', '5', '--epoch-blocks', '12', '--rollup', 'app')
  })
  after(() => network[Symbol.asyncDispose]())

  const beaconUrl = () => network.endpoints.beacon.rpcUrl
  const height = async () => (await call<Status>(beaconUrl(), 'beacon_getStatus')).head.height
  const rollupHeight = async () => Number(await call<string>(network.rollup().rpcUrl, 'eth_blockNumber'))
  const goesOn = async () => {
    const [beacon, rollup] = [await height(), await rollupHeight()]
    await eventually(async () => (await height()) > beacon + 2 && (await rollupHeight()) > rollup, LONG_MS)
  }

  test('is replaced by the votes of its validators, and no process is restarted for it', async () => {
    const pids = network.endpoints.beacon.validators.map(({ pid }) => pid)
    writeFileSync(file('next.wasm'), next)
    const { code } = await network.home.ok<{ code: string }>(
      'runtime',
      'upgrade',
      file('next.wasm'),
      '--all',
      '--wait',
    )
    assert.equal(code, keccakHex(next))
    assert.equal((await network.home.ok<RuntimeAnswer>('runtime', 'show')).code, code)
    assert.deepEqual(
      network.endpoints.beacon.validators.map(({ pid }) => pid),
      pids,
    )
    await goesOn()
  })

  test('is what a validator goes on by that was killed', async () => {
    await network.kill(network.pidOf(3))
    await network.restart(3)
    await goesOn()
    const { code } = await network.home.ok<RuntimeAnswer>('runtime', 'show')
    assert.equal(code, keccakHex(next))
  })

  test('is given up if it never ends, and the one before goes on', async () => {
    const endless = await smallRuntime('(loop $again (br $again)) (unreachable)')
    writeFileSync(file('endless.wasm'), endless)
    await network.home.ok('runtime', 'upgrade', file('endless.wasm'), '--all')
    const shown = () => call<RuntimeAnswer>(beaconUrl(), 'beacon_getRuntime')
    await eventually(async () => (await shown()).failure !== null, LONG_MS)
    const { code, failure } = await network.home.ok<RuntimeAnswer>('runtime', 'show')
    assert.equal(code, keccakHex(next))
    assert.equal(failure?.code, keccakHex(endless))
    assert.equal(failure?.reason, 'OUT_OF_FUEL')
    await goesOn()
  })
})
