/** The built command line as a program: what it prints where, and with which exit code it ends. Needs no running network. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

const program = join(import.meta.dirname, '../../bin/run.js')

async function run(t: TestContext, args: string[], env: NodeJS.ProcessEnv = {}) {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: root, BEACON_HOME: root, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const read = (stream: NodeJS.ReadableStream) => {
    let text = ''
    stream.on('data', (chunk) => {
      text += chunk
    })
    return () => text
  }
  const [stdout, stderr] = [read(child.stdout), read(child.stderr)]
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

test('without --json an error goes to stderr, with its code and a hint, and nothing to stdout', async (t) => {
  const { exitCode, stdout, stderr } = await run(t, ['devnet', 'status'])
  assert.deepEqual([exitCode, stdout], [2, ''])
  assert.match(stderr, /^error D304 NOT_RUNNING: .*\nhint: /)
})

test('with --json an error is one object on stdout', async (t) => {
  const { exitCode, stdout, stderr } = await run(t, ['devnet', 'status', '--json'])
  const { error, ...rest } = JSON.parse(stdout)
  assert.deepEqual([exitCode, stderr], [2, ''])
  assert.deepEqual(rest, { schemaVersion: 1, command: 'devnet status', ok: false })
  assert.deepEqual(Object.keys(error), ['code', 'name', 'message', 'hint', 'docs'])
})

const MISTAKES: [string[], string][] = [
  [['nonsense'], 'C101'],
  [['devnet', 'up', '--nonsense'], 'C101'],
  [['devnet', 'up', '--validators', 'many'], 'C101'],
  [['devnet', 'up', '--ports', 'other'], 'C101'],
  [['devnet', 'up', '--validators', '4', '--detach'], 'D501'],
  [['devnet', 'up', '--rollup', 'Not_A_Name'], 'D502'],
  [['devnet', 'up', '--l1', 'ganache'], 'D503'],
  [['devnet', 'up', '--name', '../up'], 'D201'],
  [['devnet', 'restart'], 'C101'],
  [['devnet', 'logs'], 'C105'],
  [['devnet', 'logs', '--follow'], 'C106'],
  [['rollup', 'create', '--block-time', 'soon'], 'C101'],
  [['rollup', 'create', '--min-stake', 'much'], 'C107'],
  [['rollup', 'create'], 'D304'],
  [['trace', '0x00'], 'D304'],
  [['confirmation', 'wait', '0x00', '--rung', 'moon'], 'C101'],
  [['console'], 'C506'],
]

for (const [args, code] of MISTAKES) {
  test(`'beacon ${args.join(' ')}' is the user's mistake ${code}`, async (t) => {
    const { exitCode, stdout } = await run(t, [...args, '--json'])
    assert.deepEqual([exitCode, JSON.parse(stdout).error.code], [2, code])
  })
}

const MISTYPED: [string[], RegExp][] = [
  [['devnet', 'pu'], /^there is no command 'devnet pu'; did you mean `beacon devnet up`\?$/],
  [['help', 'devnet', 'pu'], /^there is no command 'devnet pu'; did you mean `beacon devnet up`\?$/],
  [['accounts', 'all'], /^'accounts' takes no argument 'all'$/],
  [['rollup', 'inspect', 'app', '--json', '--out', 'x'], /^All of the following .*--export$/],
  [['nonsense', '--', '--json'], /^there is no command 'nonsense'/],
]

for (const [args, message] of MISTYPED) {
  test(`'beacon ${args.join(' ')}' says what is wrong in a line`, async (t) => {
    const { exitCode, stdout, stderr } = await run(t, args, { FORCE_COLOR: '1' })
    const said =
      stdout === '' ? /^error C101 USAGE: (.*)$/m.exec(stderr)![1] : JSON.parse(stdout).error.message
    assert.equal(exitCode, 2)
    assert.match(said, message)
  })
}

test('an unwritable folder is the fault of the environment', async (t) => {
  const { exitCode, stdout } = await run(t, ['devnet', 'up', '--json'], { BEACON_HOME: '/dev/null/x' })
  assert.deepEqual([exitCode, JSON.parse(stdout).error.code], [1, 'D202'])
})

test('lists no devnets, then those that there are', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'old'))
  const empty = await run(t, ['devnet', 'list', '--json'])
  assert.deepEqual(JSON.parse(empty.stdout).result, { devnets: [] })
  const listed = await run(t, ['devnet', 'list', '--json', '--dir', root])
  assert.deepEqual(JSON.parse(listed.stdout).result, {
    devnets: [{ name: 'old', status: 'stopped', dir: join(root, 'old') }],
  })
  const pruned = await run(t, ['devnet', 'prune', '--json', '--dir', root])
  assert.deepEqual(JSON.parse(pruned.stdout).result, { removed: ['old'], kept: [] })
})

test('shows the last lines of logs', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'default/logs'), { recursive: true })
  writeFileSync(join(root, 'default/logs/l1.log'), 'one\ntwo\nthree\n')
  const { stdout } = await run(t, ['devnet', 'logs', 'l1', '--lines', '2', '--dir', root])
  assert.equal(stdout, 'two\nthree\n')
})

test('data has no colours where nobody asked for them', async (t) => {
  const { stdout, exitCode } = await run(t, ['accounts'])
  assert.equal(exitCode, 0)
  assert.equal(
    stdout.split('\n').filter((line) => /^0x[0-9a-f]{40} {2}0x[0-9a-f]{64}$/.test(line)).length,
    10,
  )
})

test('help names every command', async (t) => {
  for (const topic of ['devnet', 'rollup', 'election', 'confirmation', 'validator']) {
    const { exitCode, stdout } = await run(t, [topic, '--help'])
    assert.equal(exitCode, 0)
    assert.match(stdout, new RegExp(`beacon ${topic} `))
  }
})

test('help of a command or a task is the same, however it is asked for', async (t) => {
  for (const words of [['devnet', 'up'], ['rollup'], ['run', 'stake', 'report']]) {
    const [asked, flagged] = [await run(t, ['help', ...words]), await run(t, [...words, '--help'])]
    assert.equal(asked.exitCode, 0)
    assert.equal(asked.stdout, flagged.stdout)
  }
})

test('whoever reads may have had enough', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const child = spawn(process.execPath, [program, '--help'], {
    env: { PATH: process.env.PATH, HOME: root, BEACON_HOME: root },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  assert.deepEqual([exitCode, complaints], [0, ''])
})
