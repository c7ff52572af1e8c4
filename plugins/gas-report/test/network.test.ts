/** Real calls on a real network: what its receipts say is what the report adds up. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type BeaconError, type InputOf, loadProject, verifyPlugin } from 'beaconlayer'
import { createDevnet, type TestDevnet } from 'beaconlayer/testing'
import { ContractFactory, type JsonFragment, type TransactionReceipt, type Wallet } from 'ethers'
import gasReport from '../src/index.ts'
import type { GasReport, MethodRow } from '../src/report.ts'
import { report } from '../src/tasks.ts'
import { type Compiled, type ContractName, compile, link, writeHardhatFolder } from './compiled.ts'

test('the plugin conforms', () => verifyPlugin(gasReport))

suite('a network with contracts', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  let devnet: TestDevnet
  let done: Receipts

  before(async () => {
    const contracts = compile()
    writeHardhatFolder(folder, contracts)
    devnet = await createDevnet({ validators: 5, rollups: [{ name: 'app', sequencers: 5 }], l1: 'none' })
    done = await useContracts(devnet, contracts)
  })
  after(async () => {
    await devnet?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const project = (atEnd = {}) =>
    loadProject({
      config: { plugins: [gasReport], gasReport: { artifacts: [join(folder, 'artifacts')], ...atEnd } },
      note: (line) => void notes.push(line),
    })
  const notes: string[] = []
  const run = async (input: InputOf<typeof report> = {}) =>
    (await (
      await project()
    ).run(report, input, {
      devnet: devnet.name,
      dir: dirname(devnet.dir),
      print: (line) => void printed.push(line),
    })) as GasReport
  const printed: string[] = []

  test('methods, deployments and transfers have the gas of their receipts', async () => {
    const [app] = (await run()).rollups
    const row = (contract: string, method: string) =>
      app!.methods.find((found) => found.contract === contract && found.method === method)
    const adds = done.adds.map(({ gasUsed }) => Number(gasUsed)).sort((a, b) => a - b)
    const add = row('Counter', 'add(uint256)') as MethodRow
    assert.deepEqual([add.calls, add.minGas, add.maxGas, add.medianGas], [3, adds[0], adds[2], adds[1]])
    assert.equal(row('Counter (by proxy)', 'add(uint256)')!.maxGas, Number(done.byProxy.gasUsed))
    assert.deepEqual(pick(row('Counter', 'fail()')), { calls: 0, reverted: 1 })
    assert.deepEqual(pick(row('Counter', 'receive()')), { calls: 1, reverted: 0 })
    assert.deepEqual(pick(row('Counter', '0xdeadbeef')), { calls: 0, reverted: 1 })
    assert.equal(app!.transfers!.maxGas, 21_000)
    const deployments = app!.deployments.map(({ contract, calls, reverted }) => [contract, calls, reverted])
    assert.deepEqual(deployments.sort(), [
      ['Counter', 1, 1],
      ['Proxy', 1, 0],
      ['Steps', 1, 0],
    ])
    const counter = app!.deployments.find(({ contract }) => contract === 'Counter')
    const code = await devnet.rollup().provider().getCode(done.counter)
    assert.equal(counter!.sizeBytes, (code.length - 2) / 2)
    assert.ok(printed.some((line) => line.startsWith('Counter (by proxy)  add(uint256)')))
  })

  test('a range is of its blocks only', async () => {
    const block = done.byProxy.blockNumber
    const [app] = (await run({ from: block, to: block })).rollups
    assert.deepEqual([app!.from, app!.to, app!.transactions], [block, block, 1])
    await assert.rejects(run({ from: 1_000_000 }), { code: 'GAS5' })
  })

  test('a method that became dearer than allowed fails the check', async () => {
    const out = join(folder, 'report.json')
    await run({ out })
    await run({ baseline: out, maxIncrease: 0 })
    const written = JSON.parse(readFileSync(out, 'utf8'))
    for (const row of written.rollups[0].methods) row.medianGas = Math.floor(row.medianGas / 2)
    writeFileSync(out, JSON.stringify(written))
    await assert.rejects(run({ baseline: out, maxIncrease: 5 }), (cause: BeaconError) => {
      assert.deepEqual([cause.code, cause.kind, cause.exitCode], ['GAS3', 'check', 3])
      return /app: Counter\.add\(uint256\) took \d+ and takes \d+/.test(cause.message)
    })
    await assert.rejects(run({ maxIncrease: 5 }), { code: 'GAS4' })
    await assert.rejects(run({ baseline: join(folder, 'none.json') }), { code: 'GAS2' })
    await assert.rejects(run({ out: join(folder, 'report.txt') }), { code: 'GAS1' })
    await assert.rejects(run({ rollup: 'nap' }), { code: 'GAS6' })
  })

  test('with atEnd, a network that stops is reported on, from the block at which it was started', async () => {
    const out = join(folder, 'end.md')
    const { hooks } = await project({ atEnd: true, out })
    const { endpoints, name, dir } = devnet
    await hooks.series('devnet', 'started', endpoints)
    const wallet = devnet.rollup().signer()
    await settled(wallet, { to: done.counter, data: '0x4f2be91f' })
    await hooks.series('devnet', 'stopping', { name, dir })
    assert.match(notes.join('\n'), /^app, blocks \d+ to \d+: 1 transaction/)
    assert.match(readFileSync(out, 'utf8'), /\| Counter \| add\(\) \| 1 \|/)
  })
})

interface Receipts {
  readonly counter: string
  readonly adds: readonly TransactionReceipt[]
  readonly byProxy: TransactionReceipt
}

async function useContracts(
  devnet: TestDevnet,
  { Steps, Counter, Proxy: Forwarder }: Record<ContractName, Compiled>,
): Promise<Receipts> {
  const wallet = devnet.rollup().signer()
  const library = await deploy(wallet, Steps, Steps.evm.bytecode.object, [])
  const code = link(Counter.evm.bytecode, library)
  const counter = await deploy(wallet, Counter, code, [2n])
  const factory = new ContractFactory(Counter.abi as JsonFragment[], code)
  const { interface: abi } = factory
  await settled(wallet, await factory.getDeployTransaction(0n))
  const adds: TransactionReceipt[] = []
  for (const times of [1n, 5n, 3n])
    adds.push(await settled(wallet, { to: counter, data: abi.encodeFunctionData('add(uint256)', [times]) }))
  const proxy = await deploy(wallet, Forwarder, Forwarder.evm.bytecode.object, [counter])
  await settled(wallet, { to: counter, data: abi.encodeFunctionData('fail') })
  await settled(wallet, { to: counter, value: 1n })
  await settled(wallet, { to: counter, data: '0xdeadbeef' })
  await settled(wallet, { to: devnet.accounts[1]!.address, value: 1n })
  const byProxy = await settled(wallet, { to: proxy, data: abi.encodeFunctionData('add(uint256)', [1n]) })
  return { counter, adds, byProxy }
}

async function deploy(wallet: Wallet, { abi }: Compiled, code: string, args: unknown[]): Promise<string> {
  const factory = new ContractFactory(abi as JsonFragment[], code, wallet)
  const contract = await factory.deploy(...args)
  await contract.waitForDeployment()
  return contract.getAddress()
}

/** Its receipt, whether it succeeded or not. */
async function settled(wallet: Wallet, request: object): Promise<TransactionReceipt> {
  const { hash } = await wallet.sendTransaction({ ...request, gasLimit: 3_000_000n })
  return (await wallet.provider!.waitForTransaction(hash))!
}

function pick(row: MethodRow | undefined) {
  return row && { calls: row.calls, reverted: row.reverted }
}
