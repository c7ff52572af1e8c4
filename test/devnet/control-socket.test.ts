import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { askSupervisor, isRunning } from '../../src/devnet/control-client.ts'
import { type ControlHandler, ControlSocket, controlSocketPath } from '../../src/devnet/control-socket.ts'
import { PROCESS_UNKNOWN } from '../../src/devnet/process-table.ts'

function temporaryFolder(t: TestContext, ...names: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const path = join(root, ...names)
  mkdirSync(path, { recursive: true })
  return path
}

async function acquire(t: TestContext, path: string, handler: ControlHandler = async () => null) {
  const socket = await ControlSocket.acquire(path, handler)
  t.after(() => socket.close())
  return socket
}

test('answers requests, and hands errors over with code and hint', async (t) => {
  const path = temporaryFolder(t)
  await acquire(t, path, async ({ method, params }) => {
    if (method === 'echo') return params
    throw PROCESS_UNKNOWN({ process: 'x', known: ['y'] })
  })
  assert.deepEqual(await askSupervisor(path, 'echo', { a: 1 }, 1_000), { a: 1 })
  await assert.rejects(askSupervisor(path, 'restart', {}, 1_000), {
    code: 'D306',
    kind: 'user',
    hint: 'it has y',
  })
})

test('is a lock that one can hold', async (t) => {
  const path = temporaryFolder(t)
  const first = await acquire(t, path)
  await assert.rejects(
    ControlSocket.acquire(path, async () => null),
    { code: 'D301' },
  )
  await first.close()
  await acquire(t, path)
})

test('of many that find a dead holder exactly one takes over', async (t) => {
  const path = temporaryFolder(t)
  const code = `require('node:net').createServer().listen(${JSON.stringify(controlSocketPath(path))}, () => console.log('up'))`
  const holder = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  assert.ok(existsSync(controlSocketPath(path)))
  const attempts = await Promise.allSettled(
    Array.from({ length: 8 }, () => ControlSocket.acquire(path, async () => null)),
  )
  const holders = attempts.filter((attempt) => attempt.status === 'fulfilled')
  assert.equal(holders.length, 1)
  assert.equal(await isRunning(path), true)
  await holders[0]!.value.close()
})

test('a path that is too long for a socket gets one in the temporary folder', async (t) => {
  const path = temporaryFolder(t, 'a'.repeat(100), 'b'.repeat(100))
  assert.equal(dirname(controlSocketPath(path)), tmpdir())
  await acquire(t, path, async () => 'here')
  assert.equal(await askSupervisor(path, 'any', {}, 1_000), 'here')
})

test('refuses what is no request, and goes on', async (t) => {
  const path = temporaryFolder(t)
  await acquire(t, path, async () => 'fine')
  const socket = connect(controlSocketPath(path))
  socket.write('{\n"x"\n')
  const [answers] = await once(socket, 'data')
  assert.match(String(answers), /D302/)
  socket.destroy()
  assert.equal(await askSupervisor(path, 'any', {}, 1_000), 'fine')
})

test('a supervisor that does not answer is given up on', async (t) => {
  const path = temporaryFolder(t)
  await acquire(t, path, () => new Promise(() => {}))
  await assert.rejects(askSupervisor(path, 'status', {}, 50), { code: 'D305' })
})

test('without a supervisor there is none', async (t) => {
  const path = temporaryFolder(t)
  assert.equal(await isRunning(path), false)
  await assert.rejects(askSupervisor(path, 'status', {}, 1_000), { code: 'D304' })
})
