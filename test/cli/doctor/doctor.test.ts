/** Each check of `beacon doctor`, on a machine that has what it looks for. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkAnvil } from '../../../src/cli/doctor/check-anvil.ts'
import { checkClock } from '../../../src/cli/doctor/check-clock.ts'
import { checkDisk } from '../../../src/cli/doctor/check-disk.ts'
import { checkLeftovers } from '../../../src/cli/doctor/check-leftovers.ts'
import { checkNode } from '../../../src/cli/doctor/check-node.ts'
import { checkPorts, isFree } from '../../../src/cli/doctor/check-ports.ts'
import type { Finding, Patient } from '../../../src/cli/doctor/finding.ts'
import { ControlSocket } from '../../../src/devnet/control-socket.ts'
import { createDevnetFolder, devnetFolder } from '../../../src/devnet/folder.ts'
import { ANVIL_MISSING } from '../../../src/settlement/anvil.ts'

const states = (findings: readonly Finding[]) => findings.map(({ state }) => state)

function patientOf(t: TestContext): Patient {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  return { root, folder: devnetFolder(root, 'default') }
}

/** endpoints.json of a devnet whose chains all answer at `rpcUrl`. */
function writeEndpoints({ folder }: Patient, rpcUrl: string): void {
  createDevnetFolder(folder)
  const chain = { rpcUrl, chainId: 1 }
  const endpoints = {
    schemaVersion: 1,
    name: folder.name,
    status: 'running',
    dir: folder.path,
    seed: '',
    pid: 1,
    l1: chain,
    beacon: { ...chain, genesisHash: '0x00', validators: [] },
    rollups: [],
    contracts: {},
    accounts: [],
  }
  writeFileSync(folder.endpointsFile, JSON.stringify(endpoints))
}

/** A chain whose last block has the age that is asked for. */
async function chainOf(t: TestContext, ageMs: number): Promise<string> {
  const server = createHttpServer((request, response) => {
    request.resume().on('end', () => {
      const time = Date.now() - ageMs
      const result = { head: { time }, timestamp: `0x${Math.floor(time / 1_000).toString(16)}` }
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

/** Holds the lock as a supervisor does. */
async function run(t: TestContext, { folder }: Patient): Promise<void> {
  const lock = await ControlSocket.acquire(folder.path, async () => null)
  t.after(() => lock.close())
}

test('a Node that is too old is broken, and one that is new enough is not', () => {
  assert.deepEqual(states(checkNode('20.19.0', 'linux')), ['broken'])
  assert.deepEqual(states(checkNode('22.12.9', 'linux')), ['broken'])
  assert.deepEqual(states(checkNode('22.13.0', 'linux')), ['ok'])
  assert.deepEqual(states(checkNode('24.0.0', 'darwin')), ['ok', 'warning'])
})

test('a port that another process holds is broken', async (t) => {
  const blocker = createServer().listen(9545, '127.0.0.1')
  t.after(() => blocker.close())
  // Whoever else holds it serves as well.
  await once(blocker, 'listening').catch(() => {})
  assert.equal(await isFree(9545), false)
  const findings = await checkPorts(patientOf(t))
  const found = findings.find(({ message }) => message.includes('9545'))
  assert.equal(found?.state, 'broken')
  assert.match(found!.wayOut!, /--ports auto/)
})

test('a full or unwritable disk is broken, a nearly full one a warning', (t) => {
  const patient = patientOf(t)
  const notYet = { ...patient, root: join(patient.root, 'not/yet/there') }
  assert.deepEqual(states(checkDisk(notYet, () => 2 ** 40)), ['ok'])
  assert.deepEqual(states(checkDisk(notYet, () => 2 ** 29)), ['warning'])
  assert.deepEqual(states(checkDisk(notYet, () => 2 ** 20)), ['broken'])
  assert.deepEqual(states(checkDisk({ ...patient, root: '/dev/null/x' })), ['broken'])
})

test('an anvil that is missing or does not start is broken', async () => {
  assert.deepEqual(states(await checkAnvil()), ['ok'])
  const missing = () => {
    throw ANVIL_MISSING({ platform: 'moon' })
  }
  assert.deepEqual(states(await checkAnvil(missing)), ['broken'])
  assert.deepEqual(states(await checkAnvil(() => '/dev/null')), ['broken'])
})

test('a clock that jumps is broken', async (t) => {
  const patient = patientOf(t)
  assert.deepEqual(states(await checkClock(patient)), ['ok'])
  let wall = 0
  const clocks = { wall: () => (wall += 5_000), monotonic: () => 0 }
  const [finding] = await checkClock(patient, clocks)
  assert.equal(finding!.state, 'broken')
  assert.match(finding!.message, /jumped by 5000 ms/)
})

test('blocks from the future or of long ago are a warning, silent chains are broken', async (t) => {
  const patient = patientOf(t)
  const judge = async (rpcUrl: string) => {
    writeEndpoints(patient, rpcUrl)
    return states(await checkClock(patient))
  }
  createDevnetFolder(patient.folder)
  await run(t, patient)
  assert.deepEqual(await judge(await chainOf(t, 0)), ['ok'])
  assert.deepEqual(await judge(await chainOf(t, 60_000)), ['warning', 'warning'])
  assert.deepEqual(await judge(await chainOf(t, -60_000)), ['warning', 'warning'])
  assert.deepEqual(await judge('http://127.0.0.1:9'), ['broken', 'broken'])
})

test('processes that outlived their supervisor are broken, with what ends them', async (t) => {
  const patient = patientOf(t)
  createDevnetFolder(patient.folder)
  const config = join(patient.folder.nodePath('validator-0'), 'config.json')
  const script = 'setInterval(() => {}, 1000); console.log("up")'
  const orphan = spawn(process.execPath, ['-e', script, '--', 'validator', '--config', config])
  t.after(() => orphan.kill('SIGKILL'))
  await once(orphan.stdout, 'data')
  const find = async () =>
    (await checkLeftovers(patient)).find(({ message }) => message.includes(patient.folder.path))
  const found = await find()
  assert.deepEqual([found?.state, found?.wayOut], ['broken', `kill ${orphan.pid}`])
  await run(t, patient)
  assert.equal(await find(), undefined)
})

test('a devnet that says it runs and does not is a warning', async (t) => {
  const patient = patientOf(t)
  writeEndpoints(patient, 'http://127.0.0.1:9')
  const find = async () =>
    (await checkLeftovers(patient)).find(({ message }) => message.includes("'default'"))
  assert.equal((await find())?.state, 'warning')
  await run(t, patient)
  assert.equal(await find(), undefined)
})

test("an old folder of a test is a warning, a test's that runs is not", async (t) => {
  const patient = patientOf(t)
  const { TMPDIR } = process.env
  process.env.TMPDIR = patient.root
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  for (const name of ['beacon-devnet-old', 'beacon-devnet-new']) mkdirSync(join(patient.root, name))
  utimesSync(join(patient.root, 'beacon-devnet-old'), 0, 0)
  const texts = (await checkLeftovers(patient)).map(({ message }) => message)
  assert.ok(texts.some((text) => text.includes('beacon-devnet-old')))
  assert.ok(!texts.some((text) => text.includes('beacon-devnet-new')))
})
