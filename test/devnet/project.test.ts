/** A real network of a project, in the foreground: started as configured, told to a plugin, worked on by tasks. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'
import { createRpcClient } from '../../src/rpc/client.ts'

const checkout = join(import.meta.dirname, '../..')
const program = join(checkout, 'bin/run.js')

const CONFIG = `
import { defineConfig } from 'beaconlayer'
import watching from './plugin.ts'
export default defineConfig({
  devnets: { default: { validators: 6, seed: 'file', ports: 'auto', rollups: [{ name: 'game', chainId: 4242 }] } },
  plugins: [watching],
})`

const PLUGIN = `
import { definePlugin } from 'beaconlayer'
export default definePlugin({
  id: 'watching',
  apiVersion: 1,
  hooks: {
    devnet: async () => ({
      default: ({ note }) => ({
        planned: ({ options }) => note('TOLD planned ' + options.validators),
        started: ({ rollups }) => note('TOLD started ' + rollups[0].name),
        stopping: () => note('TOLD stopping'),
      }),
    }),
    rollup: async () => ({
      default: ({ note }) => ({ confirmation: ({ rung, number }) => note('TOLD ' + rung + ' ' + number) }),
    }),
    election: async () => ({
      default: ({ note }) => ({ committeeDrawn: ({ epoch, seats }) => note('TOLD drawn ' + epoch + ' of ' + seats.length) }),
    }),
    trace: async () => ({
      default: () => ({ step: (step, next) => next({ ...step, detail: { ...step.detail, by: 'watching' } }) }),
    }),
    rpc: async () => ({
      default: () => ({ methods: ({ chain }) => ({ watching_chain: () => chain }) }),
    }),
  },
})`

/** Puts code there that answers 42 to everything; and one whose constructor reverts. */
const ANSWER = { contractName: 'Answer', abi: [], bytecode: '0x600a600c600039600a6000f3602a60005260206000f3' }
const REVERTING = { contractName: 'Reverting', abi: [], bytecode: '0x60006000fd' }

function createProject(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(checkout, join(root, 'node_modules/beaconlayer'))
  const files = {
    'package.json': '{"type":"module"}',
    'beacon.config.ts': CONFIG,
    'plugin.ts': PLUGIN,
    'Answer.json': JSON.stringify(ANSWER),
    'Reverting.json': JSON.stringify(REVERTING),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
  return root
}

test('a project’s network is as configured, told to its plugins, and worked on by tasks', async (t) => {
  const cwd = createProject(t)
  const env = { HOME: cwd, BEACON_HOME: '', BEACON_SEED: 'environment' }
  const beacon = async (...args: string[]) => {
    const { stdout } = await execa(process.execPath, [program, ...args, '--json'], {
      cwd,
      env,
      reject: false,
    })
    return JSON.parse(stdout)
  }
  const up = execa(process.execPath, [program, 'devnet', 'up', '--json'], { cwd, env, reject: false })
  t.after(() => up.kill('SIGKILL'))
  const told: string[] = []
  createInterface({ input: up.stderr }).on('line', (line) => {
    if (line.startsWith('TOLD ')) told.push(line.slice('TOLD '.length))
  })
  const [line] = await once(createInterface({ input: up.stdout }), 'line')
  const { result: network } = JSON.parse(line)
  assert.equal(network.seed, 'environment')
  assert.equal(network.beacon.validators.length, 6)
  const [{ name, chainId, rpcUrl }] = network.rollups
  assert.deepEqual([name, chainId], ['game', 4242])

  await t.test('tasks deploy, wait, report and audit', async () => {
    const { result: deployed } = await beacon('run', 'deploy', 'Answer.json', '--until', 'beacon')
    const rpc = createRpcClient(rpcUrl)
    assert.equal(Number(await rpc.request('eth_call', [{ to: deployed.address }])), 42)
    assert.equal(await rpc.request('watching_chain'), 'game')
    rpc.close()
    const { result: waited } = await beacon('run', 'wait', deployed.transaction, '--rung', 'soft')
    assert.equal(waited.block.number, deployed.block)
    const { result: slow } = await beacon('run', 'trace', 'slowest')
    assert.equal(slow.slowest[0].tx, deployed.transaction)
    const { result: trace } = await beacon('trace', deployed.transaction)
    assert.ok(trace.steps.every(({ detail }: { detail: { by?: string } }) => detail.by === 'watching'))
    const { result: report } = await beacon('run', 'stake', 'report')
    assert.equal(
      report.validators.filter(({ sequences }: { sequences: [] }) => sequences.length > 0).length,
      5,
    )
    const { ok, result: audit } = await beacon('run', 'election', 'audit', '--draws', '300')
    assert.ok(ok && audit.p > 0.001)
    assert.equal((await beacon('run', 'deploy', 'Reverting.json')).ok, false)
    assert.equal((await beacon('run', 'deploy', 'Answer.json', '--account', '99')).error.code, 'X303')
  })

  up.kill('SIGINT')
  const { exitCode } = await up
  assert.equal(exitCode, 0)
  assert.deepEqual([told[0], told[1], told.at(-1)], ['planned 6', 'started game', 'stopping'])
  assert.ok(told.includes('drawn 0 of 5') || told.includes('drawn 1 of 5'))
  for (const rung of ['soft', 'beacon']) {
    const numbers = told
      .filter((line) => line.startsWith(`${rung} `))
      .map((line) => Number(line.split(' ')[1]))
    assert.ok(numbers.length > 2)
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i + 1),
      `every block once at rung ${rung}, from the first`,
    )
  }
})
