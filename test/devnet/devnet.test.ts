import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Fault } from '../../src/config/fault.ts'
import { askSupervisor, isRunning } from '../../src/devnet/control-client.ts'
import { controlSocketPath } from '../../src/devnet/control-socket.ts'
import { Devnet, type DevnetRequest, type DevnetStatus, STOPPED_EARLY } from '../../src/devnet/devnet.ts'
import { readEndpoints } from '../../src/devnet/endpoints.ts'
import type { DevnetEvent } from '../../src/devnet/events.ts'
import type { ActiveFault } from '../../src/devnet/faults/fault-book.ts'
import { devnetFolder } from '../../src/devnet/folder.ts'
import { STOP_GRACE_MS } from '../../src/devnet/process.ts'

const program = {
  command: process.execPath,
  args: [join(import.meta.dirname, 'stand-in-validator.ts'), 'validator'],
}

function temporaryRoot(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  return root
}

function request(root: string, given: DevnetRequest['given'] = {}): DevnetRequest {
  const options = { validators: 5, l1: 'none', rollups: ['app'], ports: 'auto' as const, ...given }
  return { root, name: 'default', given: options, fresh: false, timeoutMs: 60_000 }
}

async function up(t: TestContext, root: string, changes: Partial<DevnetRequest> = {}) {
  const events: DevnetEvent[] = []
  const watchers = new Set<() => void>()
  const onEvent = (event: DevnetEvent) => {
    events.push(event)
    for (const watcher of watchers) watcher()
  }
  const devnet = await Devnet.start({ ...request(root), ...changes }, { program, l1Key: null, onEvent })
  t.after(() => devnet.stop())
  const event = async (type: DevnetEvent['type']) => {
    for (;;) {
      const found = events.find((candidate) => candidate.type === type)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => watchers.add(resolve))
    }
  }
  return { devnet, event, folder: devnetFolder(root, 'default') }
}

function behave(root: string, validator: number, behaviour: string): void {
  const path = join(root, 'default', 'nodes', `validator-${validator}`)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'behaviour'), behaviour)
}

async function ask(url: string, method: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })
  const response = await fetch(url, { method: 'POST', body })
  return ((await response.json()) as { result: unknown }).result
}

/** A zombie is dead. */
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

async function allDead(pids: readonly number[], deadlineMs: number): Promise<boolean> {
  const deadline = Date.now() + deadlineMs
  while (Date.now() < deadline) {
    if (!pids.some(isAlive)) return true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return false
}

test('comes up, serves its chains, and leaves nothing when stopped', async (t) => {
  const { devnet, folder } = await up(t, temporaryRoot(t))
  const { beacon, rollups } = devnet.endpoints
  assert.equal(typeof (await ask(rollups[0]!.rpcUrl, 'test_pid')), 'number')
  assert.deepEqual(
    rollups[0]!.committee.map(({ seat }) => seat),
    [0, 1, 2, 3, 4],
  )
  assert.deepEqual(readEndpoints(folder), devnet.endpoints)
  assert.match(readFileSync(folder.logFile('validator-0'), 'utf8'), /knows 5 peers/)
  const pids = beacon.validators.map(({ pid }) => pid!)
  await devnet.stop()
  assert.ok(!pids.some(isAlive))
  assert.ok(!existsSync(controlSocketPath(folder.path)))
  assert.equal(readEndpoints(folder)?.status, 'stopped')
})

test('keeps keys from others', async (t) => {
  const { folder } = await up(t, temporaryRoot(t))
  assert.equal(statSync(join(folder.nodePath('validator-0'), 'keys.json')).mode & 0o777, 0o600)
})

test('refuses a second devnet of the same name', async (t) => {
  const root = temporaryRoot(t)
  const { devnet } = await up(t, root)
  await assert.rejects(up(t, root), { code: 'D301' })
  assert.equal(typeof (await ask(devnet.endpoints.beacon.rpcUrl, 'test_pid')), 'number')
})

test('comes up again where it was, and only anew if asked to forget', async (t) => {
  const root = temporaryRoot(t)
  const first = await up(t, root)
  const { rpcUrl } = first.devnet.endpoints.rollups[0]!
  await first.devnet.stop()
  const second = await up(t, root, { given: {} })
  assert.equal(second.devnet.endpoints.rollups[0]!.rpcUrl, rpcUrl)
  await second.devnet.stop()
  await assert.rejects(up(t, root, { given: { validators: 6 } }), { code: 'D504' })
  const third = await up(t, root, { given: { ...request(root).given, validators: 6 }, fresh: true })
  assert.equal(third.devnet.endpoints.beacon.validators.length, 6)
})

test('takes from the configuration what nobody said, and goes on without what it says later', async (t) => {
  const root = temporaryRoot(t)
  const configured = { validators: 6, seed: 'file' }
  const given = { l1: 'none', ports: 'auto' as const, seed: 'flag' }
  const first = await up(t, root, { given, configured })
  const { beacon, seed } = first.devnet.endpoints
  assert.deepEqual([beacon.validators.length, seed], [6, 'flag'])
  await first.devnet.stop()
  const second = await up(t, root, { given: {}, configured: { validators: 7, seed: 'flag' } })
  assert.equal(second.devnet.endpoints.beacon.validators.length, 6)
  const warning = await second.event('warning')
  assert.match(warning.type === 'warning' ? warning.message : '', /validators is 6; --fresh/)
})

test('names the port that another process holds', async (t) => {
  const blocker = createServer().listen(7545, '127.0.0.1')
  t.after(() => blocker.close())
  await once(blocker, 'listening').catch(() => {})
  const root = temporaryRoot(t)
  await assert.rejects(up(t, root, request(root, { ports: 'fixed' })), { code: 'D204', message: /7545/ })
  assert.equal(await isRunning(join(root, 'default')), false)
})

test('quotes the log of a validator that ends before it is ready, and stops the others', async (t) => {
  const root = temporaryRoot(t)
  behave(root, 3, 'exit')
  await assert.rejects(up(t, root), { code: 'D102', message: /validator-3.*exit code 7.*disk is on fire/s })
})

test("passes on a validator's own reason for failing", async (t) => {
  const root = temporaryRoot(t)
  behave(root, 2, 'fail')
  await assert.rejects(up(t, root), { code: 'K123', message: 'validator-2: it is odd' })
})

test('gives up on a validator that says nothing', async (t) => {
  const root = temporaryRoot(t)
  behave(root, 1, 'silence')
  await assert.rejects(up(t, root, { timeoutMs: 2_000 }), { code: 'D103' })
})

test('kills what does not end when asked', async (t) => {
  const root = temporaryRoot(t)
  behave(root, 1, 'deaf')
  const { devnet } = await up(t, root)
  const { pid } = devnet.endpoints.beacon.validators[1]!
  await devnet.stop()
  assert.ok(!isAlive(pid!))
})

test('reports a death, goes on without the dead, and starts it again on request', async (t) => {
  const { devnet, event, folder } = await up(t, temporaryRoot(t))
  const { rpcUrl } = devnet.endpoints.rollups[0]!
  const { pid } = devnet.endpoints.beacon.validators[0]!
  process.kill(pid!, 'SIGKILL')
  const death = await event('process-died')
  assert.equal(death.type === 'process-died' && death.process, 'validator-0')
  assert.notEqual(await ask(rpcUrl, 'test_pid'), pid)
  assert.equal(await stateOf(folder.path, 'validator-0'), 'died')
  await askSupervisor(folder.path, 'restart', { process: 'validator-0' }, 10_000)
  assert.equal(await stateOf(folder.path, 'validator-0'), 'running')
  await assert.rejects(askSupervisor(folder.path, 'restart', { process: 'validator-9' }, 1_000), {
    code: 'D306',
  })
})

test('kills and pauses processes, shows what is on, and heals', async (t) => {
  const { devnet, event, folder } = await up(t, temporaryRoot(t))
  const { path } = folder
  const pids = devnet.endpoints.beacon.validators.map(({ pid }) => pid!)
  await order(path, { kind: 'kill', processes: ['validator-0'] })
  const active = await order(path, { kind: 'pause', processes: ['validator-1', 'validator-2'] })
  assert.deepEqual(
    active.map(({ kind }) => kind),
    ['kill', 'pause'],
  )
  assert.ok(!isAlive(pids[0]!))
  assert.equal(await stateOf(path, 'validator-0'), 'died')
  assert.equal(await stateOf(path, 'validator-1'), 'paused')
  assert.equal(systemStateOf(pids[1]!), 'T')
  assert.deepEqual(((await askSupervisor(path, 'status', {}, 5_000)) as DevnetStatus).faults, active)
  assert.equal((await event('fault')).type, 'fault')
  const halfDead = { kind: 'pause', processes: ['validator-3', 'validator-0'] } as const
  await assert.rejects(order(path, halfDead), { code: 'D307' })
  assert.equal(await stateOf(path, 'validator-3'), 'running')
  await assert.rejects(order(path, { kind: 'kill', processes: ['validator-9'] }), { code: 'D306' })

  const [, left, ...more] = await order(path, { kind: 'resume', processes: ['validator-1'] })
  assert.deepEqual([left?.kind === 'pause' && left.processes, more], [['validator-2'], []])
  assert.notEqual(systemStateOf(pids[1]!), 'T')
  assert.deepEqual(await order(path, { kind: 'heal' }), [])
  for (const name of ['validator-0', 'validator-2']) assert.equal(await stateOf(path, name), 'running')
  assert.deepEqual(devnet.endpoints.beacon.validators[2]!.pid, pids[2])
})

test('tells a validator of its faults, and one that starts again of those that are still on', async (t) => {
  const { folder } = await up(t, temporaryRoot(t))
  const { path } = folder
  const told = (index: number) => {
    const lines = readFileSync(folder.logFile(`validator-${index}`), 'utf8').split('\n')
    return JSON.parse(lines.findLast((line) => line.startsWith('faults '))!.slice('faults '.length))
  }
  await order(path, { kind: 'slow-disk', processes: ['validator-1'], ms: 7 })
  await order(path, { kind: 'partition', groups: [['validator-1']] })
  assert.deepEqual([told(1).diskDelayMs, told(1).links.length], [7, 4])
  assert.deepEqual([told(0).diskDelayMs, told(0).links.length], [0, 1])
  await order(path, { kind: 'equivocate', processes: ['validator-1'], rollups: ['app'] })
  assert.deepEqual(told(1).equivocates, [1])
  await assert.rejects(order(path, { kind: 'equivocate', processes: ['validator-1'], rollups: ['other'] }), {
    code: 'D703',
  })
  await order(path, { kind: 'kill', processes: ['validator-1'] })
  await askSupervisor(path, 'restart', { process: 'validator-1' }, 10_000)
  // The next order goes the same way behind the start's.
  const active = await order(path, { kind: 'drop', processes: ['validator-0'], percent: 1 })
  assert.deepEqual(
    active.map(({ kind }) => kind),
    ['slow-disk', 'partition', 'equivocate', 'drop'],
  )
  assert.deepEqual([told(1).diskDelayMs, told(1).links.length], [7, 4])
  await order(path, { kind: 'heal', processes: ['validator-1'] })
  assert.deepEqual([told(1).links, told(1).equivocates, told(0).links.length], [[], [], 4])
})

test('stops what stands still as quickly as everything else', async (t) => {
  const { devnet, folder } = await up(t, temporaryRoot(t))
  await order(folder.path, { kind: 'pause', processes: ['validator-0', 'validator-1'] })
  const pids = devnet.endpoints.beacon.validators.map(({ pid }) => pid!)
  const startMs = performance.now()
  await devnet.stop()
  assert.ok(performance.now() - startMs < STOP_GRACE_MS, 'nobody had to be killed')
  assert.ok(!pids.some(isAlive))
})

test('stops on request, and the lock is free when the answer is there', async (t) => {
  const root = temporaryRoot(t)
  const { devnet, folder } = await up(t, root)
  await askSupervisor(folder.path, 'stop', {}, 10_000)
  assert.equal(await isRunning(folder.path), false)
  await devnet.ended
  await assert.rejects(askSupervisor(folder.path, 'status', {}, 1_000), { code: 'D304' })
})

test('stops when its folder is removed: nobody could reach it any more', async (t) => {
  const { devnet, folder } = await up(t, temporaryRoot(t))
  const pids = devnet.endpoints.beacon.validators.map(({ pid }) => pid!)
  rmSync(folder.path, { recursive: true })
  await devnet.ended
  assert.ok(!pids.some(isAlive))
})

test('can be stopped while it starts', async (t) => {
  const root = temporaryRoot(t)
  behave(root, 1, 'silence')
  const abort = new AbortController()
  const starting = Devnet.start(
    request(root),
    { program, l1Key: null, onEvent: () => abort.abort() },
    abort.signal,
  )
  // Not as what its processes then die of.
  await assert.rejects(starting, { code: STOPPED_EARLY.code })
  assert.equal(await isRunning(join(root, 'default')), false)
})

test('leaves nothing running when the supervisor is killed, not even a validator in an endless loop', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux binds the life of a child to its parent')
  const root = temporaryRoot(t)
  behave(root, 1, 'busy')
  const supervisor = spawn(
    process.execPath,
    [join(import.meta.dirname, 'stand-in-supervisor.ts'), JSON.stringify(request(root, { l1: 'anvil' }))],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(supervisor.stdout, 'data')
  const status = (await askSupervisor(join(root, 'default'), 'status', {}, 5_000)) as DevnetStatus
  const pids = status.processes.map(({ pid }) => pid!)
  // Nor those that stand still.
  await order(join(root, 'default'), { kind: 'pause', processes: ['l1', 'validator-2'] })
  assert.equal(pids.length, 6)
  assert.ok(pids.every(isAlive))
  supervisor.kill('SIGKILL')
  await once(supervisor, 'exit')
  assert.ok(await allDead(pids, 2_000))
  const { devnet } = await up(t, root, { given: {} })
  assert.ok(devnet.endpoints.l1)
})

async function order(path: string, fault: Fault): Promise<readonly ActiveFault[]> {
  return (await askSupervisor(path, 'fault', { fault }, 20_000)) as readonly ActiveFault[]
}

/** As the kernel has it: T for one that stands still. */
function systemStateOf(pid: number): string {
  return /\) (\S) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]!
}

async function stateOf(path: string, name: string): Promise<string | undefined> {
  const status = (await askSupervisor(path, 'status', {}, 5_000)) as DevnetStatus
  return status.processes.find((process) => process.name === name)?.state
}
