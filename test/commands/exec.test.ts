/** `beacon exec` with real networks: what its command is told, how it ends, and that nothing is left. */

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from '../devnet/beacon-cli.ts'

const PROGRAM = join(import.meta.dirname, '../../bin/run.js')
const GONE_MS = 15_000

interface Running {
  readonly beacon: ChildProcess
  readonly folder: string
  readonly stdout: () => string
  readonly ended: Promise<{ exitCode: number | null; stderr: string }>
}

/** Runs `script` with Node under `beacon exec`, all in a temporary folder. */
function exec(t: TestContext, flags: readonly string[], script: string): Running {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const command = [process.execPath, '--input-type=module', '--eval', script]
  writeFileSync(join(folder, 'beacon.config.mjs'), CONFIG)
  const beacon = spawn(process.execPath, [PROGRAM, 'exec', '--validators', '5', ...flags, '--', ...command], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = [read(beacon.stdout!), read(beacon.stderr!)]
  const ended = once(beacon, 'close').then(([exitCode]) => ({ exitCode, stderr: stderr() }))
  return { beacon, folder, stdout, ended }
}

function read(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (chunk) => {
    text += chunk
  })
  return () => text
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + GONE_MS
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail(`${what} did not happen within ${GONE_MS} ms`)
    await delay(20)
  }
}

const devnetFolders = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('beacon-devnet-'))

/** Waits until told the network's processes in a file of its own, which tests read while it runs. */
const TELL_AND_WAIT = `
import { readFileSync, writeFileSync } from 'node:fs'
const { pid, beacon } = JSON.parse(readFileSync(process.env.BEACON_ENDPOINTS_FILE))
console.log('rollups: ' + process.env.BEACON_ROLLUPS)
process.on('SIGTERM', () => { console.log('asked to end'); setTimeout(() => process.exit(5), 50) })
writeFileSync('pids.json.new', JSON.stringify([process.pid, pid, ...beacon.validators.map((one) => one.pid)]))
await import('node:fs').then(({ renameSync }) => renameSync('pids.json.new', 'pids.json'))
setInterval(() => {}, 1000)
`
/** Of a project with a plugin that tells what it is told, and adds a method. */
const CONFIG = `
const hooks = {
  devnet: ({ note }) => ({
    planned: ({ options }) => note('told: planned ' + options.rollups.length),
    started: ({ rollups }) => note('told: started ' + rollups.length),
    stopping: () => note('told: stopping'),
  }),
  rollup: ({ note }) => ({ block: ({ rollup, number }) => number === 1 && note('told: block of ' + rollup) }),
  rpc: () => ({ methods: ({ chain }) => ({ teller_chain: () => chain }) }),
}
const lazy = Object.entries(hooks).map(([category, factory]) => [category, async () => ({ default: factory })])
export default {
  plugins: [{ id: 'teller', apiVersion: 1, hooks: Object.fromEntries(lazy) }],
  devnets: { default: { rollups: [{ name: 'configured' }] } },
}
`

async function pidsOf({ folder, ended }: Running): Promise<number[]> {
  const file = join(folder, 'pids.json')
  const early = ended.then(({ stderr }) => assert.fail(`it ended early: ${stderr}`))
  await Promise.race([until(() => existsSync(file), 'the command'), early])
  return JSON.parse(readFileSync(file, 'utf8'))
}

test('tells its command where the network is, ends as it does, and keeps logs of a failure', async (t) => {
  const script = `
    const { readFileSync } = await import('node:fs')
    const { BEACON_ENDPOINTS_FILE, BEACON_ROLLUP_GAME_2_RPC_URL, ETH_RPC_URL } = process.env
    const { rollups } = JSON.parse(readFileSync(BEACON_ENDPOINTS_FILE))
    const ask = async (method) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })
      return (await (await fetch(ETH_RPC_URL, { method: 'POST', body })).json()).result
    }
    console.log(await ask('eth_chainId'), await ask('teller_chain'), rollups[0].rpcUrl === ETH_RPC_URL, rollups[1].rpcUrl === BEACON_ROLLUP_GAME_2_RPC_URL)
    process.exit(7)`
  const flags = ['--rollup', 'app', '--rollup', 'game-2', '--logs', 'kept', '--json']
  const running = exec(t, flags, script)
  const { exitCode, stderr } = await running.ended
  assert.equal(exitCode, 7, stderr)
  const { ok, command, error, result } = JSON.parse(running.stdout())
  assert.deepEqual([ok, command, error.code, result.exitCode], [false, 'exec', 'C502', 7])
  assert.match(stderr, /^0x757e21 app true true$/m)
  for (const told of ['planned 2', 'started 2', 'block of game-2', 'stopping']) {
    assert.match(stderr, new RegExp(`^told: ${told}$`, 'm'))
  }
  assert.ok(readdirSync(join(running.folder, 'kept')).includes('validator-4.log'))
  assert.deepEqual(devnetFolders(running.folder), [])
})

test('passes a signal on, waits for its command, and then stops the network', async (t) => {
  const running = exec(t, [], TELL_AND_WAIT)
  const pids = await pidsOf(running)
  assert.match(running.stdout(), /^rollups: configured$/m)
  running.beacon.kill('SIGTERM')
  const { exitCode } = await running.ended
  assert.equal(exitCode, 5)
  assert.match(running.stdout(), /asked to end/)
  for (const pid of pids) assert.equal(await isAlive(pid), false)
  assert.deepEqual(devnetFolders(running.folder), [])
})

test('leaves nothing behind when it is killed', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux tells a child of the death of its parent')
  const running = exec(t, [], TELL_AND_WAIT)
  const pids = await pidsOf(running)
  running.beacon.kill('SIGKILL')
  for (const pid of pids) await until(async () => !(await isAlive(pid)), `the end of process ${pid}`)
  await until(() => devnetFolders(running.folder).length === 0, 'the removal of the folder')
})

test('refuses what it can not run before it starts a network', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [command, code] of [
    [['--', './not-there'], 'C501'],
    [[], 'C101'],
  ] as const) {
    const beacon = spawn(process.execPath, [PROGRAM, 'exec', '--json', ...command], { cwd: folder })
    const stdout = read(beacon.stdout)
    const [exitCode] = await once(beacon, 'close')
    assert.deepEqual([exitCode, JSON.parse(stdout()).error.code], [2, code])
  }
})
