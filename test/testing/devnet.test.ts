/** The testing library as a test file uses it: a real network, and nothing left of it. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { ContractFactory } from 'ethers'
import { execa } from 'execa'
import { createPublicClient, createTestClient, createWalletClient, custom, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { assertReaches, assertSoftConfirmed } from '../../src/testing/assert.ts'
import { attachDevnet, createDevnet } from '../../src/testing/create-devnet.ts'
import type { TestDevnet } from '../../src/testing/devnet.ts'
import { matchers } from '../../src/testing/matchers.ts'
import { isAlive } from '../devnet/beacon-cli.ts'
import { abi, BYTECODE } from '../rollup/probe.ts'

const BEACON = join(import.meta.dirname, '../../bin/run.js')
const UNKNOWN = `0x${'11'.repeat(32)}` as const

describe('a devnet of a test file', { timeout: 120_000 }, () => {
  let devnet: TestDevnet

  before(async () => {
    devnet = await createDevnet({ rollups: [{ name: 'app', blockTimeMs: 100 }] })
  })
  after(() => devnet?.stop())

  const transfer = (nonce?: number) => {
    const to = devnet.accounts[1]!.address
    return devnet
      .rollup()
      .signer()
      .sendTransaction({ to, value: 1n, nonce: nonce ?? null })
  }

  test('deploys a contract with ethers and waits for rungs of the ladder', async () => {
    const factory = new ContractFactory(abi, BYTECODE, devnet.rollup('app').signer())
    const contract = await factory.deploy(1_000n)
    const sent = contract.deploymentTransaction()!
    const { rung, latencyMs, detail } = await devnet.waitFor(sent, 'soft')
    assert.equal(rung, 'soft')
    assert.ok(latencyMs! >= 0)
    assert.equal(detail.of, 5)
    await assertSoftConfirmed(devnet, sent.hash)
    const { steps } = await devnet.trace(sent)
    assert.deepEqual(
      steps.slice(0, 3).map((step) => step.rung),
      ['proposed', 'notarized', 'soft'],
    )
    const posted = await assertReaches(devnet, sent, 'posted')
    assert.match(String(posted.detail.l1Transaction), /^0x[0-9a-f]{64}$/)
    assert.notEqual(
      await devnet
        .rollup()
        .provider()
        .getCode(await contract.getAddress()),
      '0x',
    )
  })

  test('serves viem by its address and as an EIP-1193 provider', async () => {
    const app = devnet.rollup('app')
    const account = privateKeyToAccount(devnet.accounts[2]!.privateKey)
    const wallet = createWalletClient({ account, chain: app.viemChain, transport: custom(app) })
    const hash = await wallet.sendTransaction({ to: account.address, value: 1n })
    await devnet.waitFor(hash, 'soft')
    const reader = createPublicClient({ chain: app.viemChain, transport: http() })
    const receipt = await reader.getTransactionReceipt({ hash })
    assert.equal(receipt.status, 'success')
    await devnet.waitFor(receipt, 'soft')
  })

  test('does what Hardhat and Foundry can be told, by the committee', async () => {
    const app = devnet.rollup('app')
    const hardhat = createTestClient({ mode: 'hardhat', chain: app.viemChain, transport: http() })
    const anvil = createTestClient({ mode: 'anvil', chain: app.viemChain, transport: http() })
    const reader = createPublicClient({ chain: app.viemChain, transport: http(), cacheTime: 0 })
    const rich = `0x${'5a'.repeat(20)}` as const
    const id = await hardhat.snapshot()
    await hardhat.setBalance({ address: rich, value: 10n ** 18n })
    await anvil.impersonateAccount({ address: rich })
    const wallet = createWalletClient({ account: rich, chain: app.viemChain, transport: http() })
    const hash = await wallet.sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
    const receipt = await reader.waitForTransactionReceipt({ hash })
    assert.deepEqual([receipt.status, receipt.from], ['success', rich])
    const { timestamp } = await reader.getBlock()
    await anvil.setNextBlockTimestamp({ timestamp: timestamp + 1_000n })
    await hardhat.mine({ blocks: 2 })
    assert.ok((await reader.getBlock()).timestamp >= timestamp + 1_000n)
    await hardhat.revert({ id })
    assert.equal(await reader.getBalance({ address: rich }), 0n)
    assert.ok((await reader.getBlock()).timestamp < timestamp + 1_000n)
  })

  test('has an L1 and a Beacon Layer to ask', async () => {
    assert.equal(await devnet.l1.request({ method: 'eth_chainId' }), '0x7a69')
    assert.ok((await devnet.l1.provider().getBalance(devnet.accounts[0]!.address)) > 0n)
    const status = await devnet.beacon.request<{ epoch: number }>({ method: 'beacon_getStatus' })
    assert.equal(typeof status.epoch, 'number')
    assert.equal(devnet.beacon.validators.length, 7)
    assert.equal(devnet.rollup().committee.length, 5)
  })

  test('says how far a transaction came that is not where it should be in time', async () => {
    const { hash } = await transfer()
    await devnet.waitFor(hash, 'soft')
    const before = Date.now()
    const late = { code: 'T103', message: /not reached 'settled' within 200 ms; it reached proposed.*soft/ }
    await assert.rejects(devnet.waitFor(hash, 'settled', { timeoutMs: 200 }), late)
    assert.ok(Date.now() - before < 3_000)
    await assert.rejects(assertReaches(devnet, hash, 'settled', { timeoutMs: 1 }), { name: 'AssertionError' })
    await assert.rejects(devnet.waitFor(UNKNOWN, 'soft', { timeoutMs: 100 }), { code: 'C109' })
    await assert.rejects(devnet.waitFor(hash, 'moon' as never), { code: 'T102' })
  })

  test('matchers take what a client returns, and find the network themselves', async () => {
    const confirmed = await matchers.toBeSoftConfirmed(transfer())
    assert.equal(confirmed.pass, true)
    const { pass, message } = await matchers.toReach(transfer(), 'settled', { timeoutMs: 100 })
    assert.equal(pass, false)
    assert.match(message(), /has not reached 'settled'/)
    await assert.rejects(matchers.toReach(UNKNOWN, 'soft', { timeoutMs: 100 }), { code: 'C109' })
  })

  test('kills a process, goes on without it, and starts it again', async () => {
    const processOf = async (name: string) => (await devnet.processes()).find((one) => one.name === name)
    await devnet.kill('validator-1')
    assert.equal((await processOf('validator-1'))?.state, 'died')
    await devnet.waitFor(await transfer(), 'soft')
    await devnet.restart('validator-1')
    assert.equal((await processOf('validator-1'))?.state, 'running')
    assert.ok(devnet.logs('validator-1').length > 0)
    await assert.rejects(devnet.kill('validator-9'), { code: 'D306' })
  })

  test('makes another rollup, of which there are then two to choose from', async () => {
    const game = await devnet.createRollup({ name: 'game' })
    assert.equal(Number(await game.request({ method: 'eth_chainId' })), game.chainId)
    assert.deepEqual(
      devnet.rollups.map(({ name }) => name),
      ['app', 'game'],
    )
    assert.throws(() => devnet.rollup(), { code: 'T101' })
    assert.throws(() => devnet.rollup('other'), { code: 'C104' })
    assert.equal(devnet.environment.BEACON_ROLLUP_GAME_RPC_URL, game.rpcUrl)
    assert.equal(devnet.environment.ETH_RPC_URL, devnet.rollup('app').rpcUrl)
  })

  test('can be attached to, and stays when that ends', async () => {
    {
      await using attached = await attachDevnet({ dir: dirname(devnet.dir), name: basename(devnet.dir) })
      assert.equal(attached.rollup('app').chainId, devnet.rollup('app').chainId)
    }
    assert.equal(await devnet.rollup('app').request({ method: 'eth_chainId' }), '0x757e21')
    await assert.rejects(attachDevnet({ dir: tmpdir(), name: 'not-there' }), { code: 'D304' })
  })

  test('a console has it at hand', async () => {
    const place = ['--dir', dirname(devnet.dir), '--name', basename(devnet.dir)]
    const input =
      '[devnet.name, Number(await providers.app.send("eth_chainId", [])), Object.keys(rollups).join()].join(" ")'
    const { stdout } = await execa(process.execPath, [BEACON, 'console', ...place], { input })
    assert.equal(stdout, 'default 7700001 app,game')
  })

  test('keeps its logs where they are asked for', (t) => {
    const target = mkdtempSync(join(tmpdir(), 'beacon-test-'))
    t.after(() => rmSync(target, { recursive: true }))
    const names = devnet.saveLogs(target).map((file) => basename(file))
    for (const name of ['l1.log', 'validator-6.log', 'supervisor.log', 'endpoints.json']) {
      assert.ok(names.includes(name), name)
    }
  })

  test('leaves no process, port or folder when it is disposed of', async () => {
    const pids = [devnet.endpoints.pid, ...(await devnet.processes()).map(({ pid }) => pid!)]
    const ports = [devnet.l1, ...devnet.rollups].map(({ rpcUrl }) => Number(new URL(rpcUrl).port))
    await devnet[Symbol.asyncDispose]()
    assert.equal(pids.length, 9)
    for (const pid of pids) assert.equal(await isAlive(pid), false)
    for (const port of ports) {
      const server = createServer().listen(port, '127.0.0.1')
      await once(server, 'listening')
      server.close()
    }
    assert.equal(existsSync(dirname(devnet.dir)), false)
    assert.throws(() => devnet.endpoints, { code: 'D304' })
  })
})

test("a project's network ends with a test process that is killed, and its folder too", {
  timeout: 60_000,
}, async (t) => {
  const project = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(project, { recursive: true }))
  const config =
    "export default { devnets: { default: { validators: 5, l1: 'none', rollups: [{ name: 'app' }] } } }"
  writeFileSync(join(project, 'beacon.config.mjs'), config)
  const starter = spawn(process.execPath, [join(import.meta.dirname, 'starter.ts')], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(starter.stdout, 'data')) as [Buffer]
  const { dir, pids } = JSON.parse(line.toString()) as { dir: string; pids: number[] }
  assert.equal(pids.length, 6)
  starter.kill('SIGKILL')
  const deadline = Date.now() + 15_000
  while (existsSync(dirname(dir)) && Date.now() < deadline) await delay(50)
  assert.equal(existsSync(dirname(dir)), false)
  for (const pid of pids) assert.equal(await isAlive(pid), false)
})

test('a network that can not be leaves no folder either', async (t) => {
  const { TMPDIR } = process.env
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => {
    rmSync(process.env.TMPDIR!, { recursive: true })
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  await assert.rejects(createDevnet({ validators: 5, rollups: [{ sequencers: 6 }] }), { code: 'B103' })
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('beacon-devnet-'))
  assert.deepEqual(left, [])
})
