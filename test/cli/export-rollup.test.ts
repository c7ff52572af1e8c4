/** What `rollup inspect --export` gives, used by the tools that it is for, on a real rollup. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { execa } from 'execa'
import { type ExportTarget, exportRollup } from '../../src/cli/export-rollup.ts'
import { createDevnet } from '../../src/testing/create-devnet.ts'
import type { TestDevnet } from '../../src/testing/devnet.ts'

const ROOT = join(import.meta.dirname, '../..')
const MODULES = join(ROOT, 'node_modules')
const NAME = 'my-app'

describe('the exported configuration of a rollup', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  let devnet: TestDevnet

  before(async () => {
    mkdirSync(join(folder, 'node_modules'))
    for (const name of ['viem', 'ethers'])
      symlinkSync(join(MODULES, name), join(folder, 'node_modules', name))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    devnet = await createDevnet({ validators: 5, rollups: [NAME], l1: 'none' })
  })
  after(async () => {
    await devnet?.stop()
    rmSync(folder, { recursive: true })
  })

  const beacon = (...args: string[]) =>
    execa(
      process.execPath,
      [
        join(ROOT, 'bin/run.js'),
        'rollup',
        'inspect',
        NAME,
        ...args,
        '--dir',
        dirname(devnet.dir),
        '--name',
        basename(devnet.dir),
      ],
      { reject: false, cwd: folder },
    )
  const run = async (script: string) => {
    const done = await execa(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder })
    return done.stdout
  }

  test('viem sends and reads with it', async () => {
    assert.equal((await beacon('--export', 'viem', '--out', 'viem.js')).exitCode, 0)
    const output = await run(`
      import { myAppChain, publicClient, walletClient } from './viem.js'
      const hash = await walletClient.sendTransaction({ to: walletClient.account.address, value: 1n })
      const receipt = await publicClient.waitForTransactionReceipt({ hash, pollingInterval: 50 })
      console.log(myAppChain.id, await publicClient.getChainId(), receipt.status)`)
    assert.equal(output, '7700001 7700001 success')
  })

  test('ethers sends and reads with it', async () => {
    assert.equal((await beacon('--export', 'ethers', '--out', 'ethers.js')).exitCode, 0)
    const output = await run(`
      import { provider, signer } from './ethers.js'
      provider.pollingInterval = 50
      const sent = await signer.sendTransaction({ to: signer.address, value: 1n })
      const receipt = await sent.wait()
      console.log(receipt.status, String((await provider.getNetwork()).chainId))
      provider.destroy()`)
    assert.equal(output, '1 7700001')
  })

  test('Foundry finds the rollup by its name in foundry.toml', async () => {
    assert.equal((await beacon('--export', 'foundry', '--out', 'foundry.toml')).exitCode, 0)
    const cast = await execa(join(MODULES, '.bin/cast'), ['chain-id', '--rpc-url', NAME], { cwd: folder })
    assert.equal(cast.stdout, '7700001')
    const forge = await execa(join(MODULES, '.bin/forge'), ['config', '--json'], { cwd: folder })
    assert.deepEqual(JSON.parse(forge.stdout).rpc_endpoints, { [NAME]: devnet.rollup().rpcUrl })
  })

  test('is printed, or one object with --json', async () => {
    const { stdout } = await beacon('--export', 'metamask')
    assert.deepEqual(JSON.parse(stdout), {
      chainId: '0x757e21',
      chainName: NAME,
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: [devnet.rollup().rpcUrl],
    })
    const { result } = JSON.parse((await beacon('--export', 'hardhat', '--json')).stdout)
    assert.deepEqual([result.target, result.file], ['hardhat', null])
    assert.match(result.text, /defineConfig/)
  })

  test('never overwrites what somebody else wrote', async () => {
    writeFileSync(join(folder, 'mine.toml'), 'mine')
    const { exitCode, stdout } = await beacon('--export', 'foundry', '--out', 'mine.toml', '--json')
    assert.deepEqual([exitCode, JSON.parse(stdout).error.code], [2, 'C503'])
    assert.equal(readFileSync(join(folder, 'mine.toml'), 'utf8'), 'mine')
    const unwritable = await beacon('--export', 'foundry', '--out', 'no/such/folder.toml', '--json')
    assert.equal(JSON.parse(unwritable.stdout).error.code, 'C504')
  })
})

/** What a module exports when the functions that it imports give back what they are given. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the module exports
async function evaluate(target: ExportTarget): Promise<Record<string, any>> {
  const endpoint = {
    id: 1,
    name: 'new',
    chainId: 7_700_009,
    rpcUrl: 'http://127.0.0.1:9',
    wsUrl: 'ws://127.0.0.1:9',
    vm: 'evm',
    epoch: 0,
    committee: [],
  }
  const text = exportRollup(target, endpoint, [{ address: '0x01', privateKey: '0x02' }])
  const functions = 'const [defineConfig, defineChain, createConfig] = Array(3).fill((given) => given)\n'
  const standIns = `${functions}const http = () => 'http'\n`
  const module = standIns + text.replaceAll(/^import .*$/gm, '')
  return import(`data:text/javascript,${encodeURIComponent(module)}`)
}

test("Hardhat's is a network by the rollup's name", async () => {
  const { networks } = (await evaluate('hardhat')).default
  assert.deepEqual(networks, {
    new: { type: 'http', chainType: 'l1', url: 'http://127.0.0.1:9', chainId: 7_700_009, accounts: ['0x02'] },
  })
})

test("wagmi's has the rollup's chain and a transport for it", async () => {
  const { config, newChain } = await evaluate('wagmi')
  assert.equal(newChain.rpcUrls.default.http[0], 'http://127.0.0.1:9')
  assert.deepEqual(config, { chains: [newChain], transports: { 7700009: 'http' } })
})
