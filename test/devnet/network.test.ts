/** The whole product through its command line, with real processes: what a stranger does first. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { JsonRpcProvider, parseEther, Wallet } from 'ethers'
import { execa } from 'execa'
import { createHome, isAlive } from './beacon-cli.ts'

interface Endpoints {
  readonly pid: number
  readonly l1: { rpcUrl: string }
  readonly beacon: { rpcUrl: string; validators: { index: number; pid: number }[] }
  readonly accounts: { address: string; privateKey: string }[]
}

interface CreatedRollup {
  readonly name: string
  readonly chainId: number
  readonly rpcUrl: string
  readonly committee: { seat: number; validator: number }[]
  readonly standby: unknown[]
}

interface Trace {
  readonly rung: string
  readonly steps: { rung: string; at: number; latencyMs: number }[]
  readonly signers: { seat: number; validator: number; signed: boolean }[]
  readonly record: { height: number }
  readonly l1: { txHash: string; block: number }
}

const cast = join(import.meta.dirname, '../../node_modules/.bin/cast')

describe('a devnet with an elected rollup', () => {
  const home = createHome()
  let network: Endpoints
  let rollup: CreatedRollup

  before(async () => {
    network = await home.ok<Endpoints>('devnet', 'up', '--detach', '--ports', 'auto')
    rollup = await home.ok<CreatedRollup>('rollup', 'create', 'app', '--sequencers', '5')
  })
  after(() => home[Symbol.asyncDispose]())

  test('has seven validators, each a process of its own', async () => {
    const pids = network.beacon.validators.map(({ pid }) => pid)
    assert.equal(new Set(pids).size, 7)
    for (const pid of pids) assert.ok(await isAlive(pid))
  })

  test('elects five distinct validators and a standby', () => {
    assert.deepEqual(
      rollup.committee.map(({ seat }) => seat),
      [0, 1, 2, 3, 4],
    )
    assert.equal(new Set(rollup.committee.map(({ validator }) => validator)).size, 5)
    assert.equal(rollup.standby.length, 2)
  })

  test('proves its election', async () => {
    await home.ok('election', 'verify', 'app')
  })

  test("confirms cast's transaction and traces it up to the L1's finality", async () => {
    const [sender, receiver] = network.accounts
    const { stdout } = await execa(cast, [
      'send',
      '--json',
      ...['--rpc-url', rollup.rpcUrl, '--private-key', sender!.privateKey],
      ...['--value', '1ether', receiver!.address],
    ])
    const { transactionHash, status } = JSON.parse(stdout) as { transactionHash: string; status: string }
    assert.equal(status, '0x1')
    const trace = await home.ok<Trace>('trace', transactionHash, '--until', 'final', '--timeout', '60000')
    assert.deepEqual(trace.steps.map(({ rung }) => rung).slice(0, 6), [
      'proposed',
      'notarized',
      'soft',
      'beacon',
      'posted',
      'final',
    ])
    const times = trace.steps.map(({ at }) => at)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.ok(trace.signers.filter(({ signed }) => signed).length >= 4)
    assert.ok(trace.record.height > 0)
    assert.match(trace.l1.txHash, /^0x[0-9a-f]{64}$/)
    await home.ok('confirmation', 'verify', transactionHash)
  })

  test("confirms ethers' transaction", async () => {
    const provider = new JsonRpcProvider(rollup.rpcUrl, rollup.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
    })
    try {
      const wallet = new Wallet(network.accounts[2]!.privateKey, provider)
      const to = '0x00000000000000000000000000000000000b0a70'
      const receipt = await (await wallet.sendTransaction({ to, value: parseEther('2') })).wait()
      assert.equal(receipt?.status, 1)
      assert.equal(await provider.getBalance(to), parseEther('2'))
    } finally {
      provider.destroy()
    }
  })

  test('leaves nothing running after down', async () => {
    const { processes } = await home.ok<{ processes: { pid: number }[] }>('devnet', 'status')
    await home.ok('devnet', 'down')
    const pids = [network.pid, ...processes.map(({ pid }) => pid)]
    assert.equal(pids.length, 9)
    for (const pid of pids) assert.ok(!(await isAlive(pid)), `process ${pid} is still there`)
  })
})
