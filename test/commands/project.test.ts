/** The built command line in a project with a plugin: configuration, tasks, plugins, and the commands that plugins bring. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'

const checkout = join(import.meta.dirname, '../..')

const CONFIG = `
import { defineConfig } from 'beaconlayer'
import hello from './plugin.ts'
export default defineConfig({
  devnets: { ci: { validators: 9, seed: 'from the file', rollups: [{ name: 'game', sequencers: 6 }] } },
  plugins: [hello],
})`

const PLUGIN = `
import { definePlugin, task } from 'beaconlayer'
const greet = task('greet', 'Greets somebody')
  .addPositionalArgument({ name: 'who', description: 'whom' })
  .addOption({ name: 'times', type: 'int', default: 1, char: 't', description: 'how often' })
  .setInlineAction(async ({ who, times }, { print }) => {
    for (let i = 0; i < times; i++) print('hello ' + who)
    return { greeted: who }
  })
const fail = task('fail', 'Fails').setInlineAction(async () => { throw new Error('on purpose') })
const chat = task('chat', 'Prints what it likes').setInlineAction(async () => {
  console.log('not for scripts')
  return null
})
const late = task('late', 'Fails where nobody awaits it').setInlineAction(() => new Promise(() => {
  setTimeout(() => { throw new Error('too late') })
}))
export default definePlugin({
  id: 'hello', version: '1.2.3', apiVersion: 1, tasks: [greet, fail, chat, late],
  commands: { 'hello world': { summary: 'Say hello to the world.', load: () => import('./hello.ts') } },
})`

const COMMAND = `
import { BeaconCommand, Flags } from 'beaconlayer/command'
export default class Hello extends BeaconCommand {
  static override summary = 'Say hello to the world.'
  static override flags = { loud: Flags.boolean({ summary: 'shout' }) }
  async run() {
    const { flags } = await this.parse(Hello)
    const { root } = await this.project()
    console.log('for people')
    this.report({ loud: flags.loud ?? false, root }, () => this.output.print(flags.loud ? 'HELLO' : 'hello'))
    return { loud: 'for other code' }
  }
}`

function createProject(t: TestContext, files: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'node_modules'))
  mkdirSync(join(root, 'deep/down'), { recursive: true })
  symlinkSync(checkout, join(root, 'node_modules/beaconlayer'))
  const all = {
    'package.json': '{"type":"module"}',
    'beacon.config.ts': CONFIG,
    'plugin.ts': PLUGIN,
    'hello.ts': COMMAND,
    ...files,
  }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(root, name), text)
  const beacon = (...args: string[]) =>
    execa(process.execPath, [join(checkout, 'bin/run.js'), ...args], {
      cwd: join(root, 'deep/down'),
      env: { HOME: root, BEACON_HOME: '' },
      reject: false,
    })
  const json = async (...args: string[]) => {
    const { stdout, exitCode } = await beacon(...args, '--json')
    return { exitCode, ...JSON.parse(stdout) }
  }
  return { root, beacon, json }
}

test('prints the resolved configuration and the file that it came from', async (t) => {
  const { root, json } = createProject(t)
  const { result } = await json('config')
  assert.deepEqual([result.file, result.root], [join(root, 'beacon.config.ts'), root])
  assert.equal(result.config.devnets.ci.rollups[0].minStakeWei, '0')
  assert.equal(result.config.devnets.default.validators, 7)
})

test('a configuration with mistakes is one error that names them all', async (t) => {
  const { json } = createProject(t, {
    'beacon.config.ts':
      'export default { devnets: { default: { validators: 1, rollups: [{}] } }, devnet: 1 }',
  })
  const { exitCode, error } = await json('config')
  assert.deepEqual([exitCode, error.code], [2, 'C203'])
  for (const path of ['devnet:', 'devnets.default.validators', 'devnets.default.rollups[0].name']) {
    assert.ok(error.message.includes(path), path)
  }
})

test('lists tasks and plugins with what they bring', async (t) => {
  const { json } = createProject(t)
  const { result } = await json('tasks')
  const found = result.tasks.find(({ name }: { name: string }) => name === 'greet')
  assert.deepEqual(found.from, ['hello'])
  assert.ok(result.tasks.some(({ name }: { name: string }) => name === 'stake report'))
  const { result: listed } = await json('plugins')
  assert.deepEqual(listed.plugins, [
    {
      id: 'hello',
      version: '1.2.3',
      apiVersion: 1,
      dependencies: [],
      commands: ['hello world'],
      tasks: ['greet', 'fail', 'chat', 'late'],
      hooks: [],
      sections: [],
    },
  ])
})

test('runs a task with arguments of its own, prints its lines, or as JSON what it returns', async (t) => {
  const { beacon, json } = createProject(t)
  const { stdout } = await beacon('run', 'greet', 'ann', '-t', '2')
  assert.equal(stdout, 'hello ann\nhello ann')
  const { stderr, ...run } = await json('run', 'greet', 'ann')
  assert.deepEqual(run, {
    exitCode: 0,
    schemaVersion: 1,
    command: 'run greet',
    ok: true,
    result: { greeted: 'ann' },
  })
})

test('says what a task takes, what was meant, and what failed', async (t) => {
  const { beacon, json } = createProject(t)
  assert.match((await beacon('run', 'greet', '--help')).stdout, /-t, --times=INT +how often \[default: 1\]/)
  const unknown = await json('run', 'greeet', 'ann')
  assert.deepEqual([unknown.exitCode, unknown.error.code], [2, 'X104'])
  assert.match(unknown.error.hint, /run greet/)
  const wrong = await json('run', 'greet', 'ann', '--times', 'x')
  assert.deepEqual([wrong.exitCode, wrong.error.code], [2, 'X105'])
  const failed = await json('run', 'fail')
  assert.deepEqual([failed.exitCode, failed.error.code], [1, 'C310'])
})

test("a plugin's command is in the help, has help of its own, and runs", async (t) => {
  const { root, beacon, json } = createProject(t)
  assert.match((await beacon('--help')).stdout, /^ {2}hello +Say hello to the world\.$/m)
  assert.match((await beacon('hello', '--help')).stdout, /hello world +Say hello/)
  assert.match((await beacon('hello', 'world', '--help')).stdout, /--loud +shout/)
  assert.equal((await beacon('hello', 'world', '--loud')).stdout, 'for people\nHELLO')
  const { command, result } = await json('hello', 'world')
  assert.deepEqual([command, result], ['hello world', { loud: false, root }])
})

test('with --json there is one object, whatever plugins print and wherever they fail', async (t) => {
  const { beacon, json } = createProject(t)
  const { stdout, stderr } = await beacon('run', 'chat', '--json')
  assert.deepEqual([JSON.parse(stdout).result, stderr], [null, 'not for scripts'])
  const late = await json('run', 'late')
  assert.deepEqual([late.exitCode, late.error.code, late.error.message], [70, 'C900', 'too late'])
})

test('help works, and says so, while the configuration does not', async (t) => {
  const { beacon } = createProject(t, { 'beacon.config.ts': 'export default 7' })
  const { stdout, stderr, exitCode } = await beacon('--help')
  assert.equal(exitCode, 0)
  assert.match(stdout, /devnet/)
  assert.match(stderr, /without the commands of plugins/)
})

test('devnets live in the project, from wherever in it a command is typed', async (t) => {
  const { root, json } = createProject(t)
  mkdirSync(join(root, '.beacon/old'), { recursive: true })
  const { result } = await json('devnet', 'list')
  assert.deepEqual(result.devnets, [{ name: 'old', status: 'stopped', dir: join(root, '.beacon/old') }])
})
