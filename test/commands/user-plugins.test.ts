/** Plugins of a user, for all projects: the built command line with the real npm, on folders and tarballs, without a registry. */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'

const program = join(import.meta.dirname, '../../bin/run.js')

/** Nothing listens there. */
const NO_REGISTRY = 'http://127.0.0.1:9'

const OURS = `
import { BeaconCommand, Flags } from 'beaconlayer/command'
export default class Hello extends BeaconCommand {
  static summary = 'Say hello to the world.'
  static flags = { loud: Flags.boolean({ summary: 'shout' }) }
  async run() {
    const { flags } = await this.parse(Hello)
    this.report({ loud: flags.loud ?? false }, () => this.output.print(flags.loud ? 'HELLO' : 'hello'))
  }
}`

/** As any command of the framework is at run time, without an import that needs a package. */
const FAILING = `
export default class Failing {
  static id = 'failing'
  static run() { throw new TypeError('on purpose') }
}`

interface Workshop {
  readonly root: string
  readonly data: string
  beacon(...args: string[]): Promise<{ exitCode?: number | undefined; stdout: string; stderr: string }>
  /** Makes a plugin's folder, and returns its path. */
  plugin(name: string, commands: Record<string, string>, manifest?: object): string
}

function createWorkshop(t: TestContext): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const data = join(root, 'data/beaconlayer')
  const { PATH } = process.env
  const env = { PATH, HOME: root, BEACON_HOME: root, XDG_DATA_HOME: join(root, 'data') }
  return {
    root,
    data,
    beacon: async (...args) =>
      await execa(process.execPath, [program, ...args], {
        cwd: root,
        env: { ...env, npm_config_registry: NO_REGISTRY },
        extendEnv: false,
        reject: false,
      }),
    plugin(name, commands, manifest = { oclif: { commands: './commands' } }) {
      const folder = join(root, name)
      const fields = { name, version: '1.2.3', type: 'module', peerDependencies: { beaconlayer: '*' } }
      write(join(folder, 'package.json'), JSON.stringify({ ...fields, ...manifest }))
      for (const [file, text] of Object.entries(commands)) write(join(folder, 'commands', file), text)
      return folder
    },
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

test('a plugin of a folder is installed, runs as a command of beacon, is suggested and listed, and removed', async (t) => {
  const { beacon, plugin, data } = createWorkshop(t)
  const folder = plugin('beacon-hello', { 'hello/world.js': OURS })

  const installed = await beacon('plugins', 'install', './beacon-hello', '--json')
  assert.equal(installed.exitCode, 0, installed.stderr)
  const { result } = JSON.parse(installed.stdout)
  assert.deepEqual(result, {
    name: 'beacon-hello',
    version: '1.2.3',
    root: join(data, 'node_modules/beacon-hello'),
    commands: ['hello world'],
  })
  // It is a copy.
  rmSync(folder, { recursive: true })

  const ran = await beacon('hello', 'world', '--loud', '--json')
  assert.deepEqual(
    [JSON.parse(ran.stdout), ran.stderr],
    [{ schemaVersion: 1, command: 'hello world', ok: true, result: { loud: true } }, ''],
  )
  assert.match((await beacon('--help')).stdout, /^ {2}hello +Say hello to the world\.$/m)
  assert.match((await beacon('helo', 'world')).stderr, /did you mean `beacon hello world`/)
  assert.match(
    (await beacon('plugins')).stdout,
    /^beacon-hello {2}1\.2\.3 {2}user-wide {2}commands: hello world$/m,
  )

  const removed = await beacon('plugins', 'uninstall', 'beacon-hello', '--json')
  assert.deepEqual(JSON.parse(removed.stdout).result, { name: 'beacon-hello' })
  assert.equal(JSON.parse((await beacon('hello', 'world', '--json')).stdout).error.code, 'C101')
  assert.equal(existsSync(join(data, 'node_modules/beacon-hello')), false)
})

test('a tarball is installed, and completion knows its commands', async (t) => {
  const { beacon, plugin, root } = createWorkshop(t)
  const folder = plugin('beacon-hello', { 'hello/world.js': OURS })
  await execa('npm', ['pack', folder], { cwd: root, env: { npm_config_update_notifier: 'false' } })
  await beacon('autocomplete', '--refresh-cache')
  const completion = join(root, '.cache/beaconlayer/autocomplete/functions/bash/beacon.bash')
  assert.doesNotMatch(readFileSync(completion, 'utf8'), /hello:world/)
  const { exitCode, stdout, stderr } = await beacon('plugins', 'install', 'beacon-hello-1.2.3.tgz')
  assert.deepEqual([exitCode, stdout], [0, 'installed beacon-hello 1.2.3: hello world'], stderr)
  assert.match(readFileSync(completion, 'utf8'), /^hello:world .*--loud/m)
})

test('a linked folder is used as it is, and uninstalled by its path', async (t) => {
  const { beacon, plugin, root } = createWorkshop(t)
  const folder = plugin('beacon-hello', { 'hello/world.js': OURS })
  const linked = await beacon('plugins', 'link', 'beacon-hello')
  assert.deepEqual(
    [linked.exitCode, linked.stdout],
    [0, 'linked beacon-hello 1.2.3: hello world'],
    linked.stderr,
  )
  write(join(folder, 'commands/hello/world.js'), OURS.replace("'hello'", "'good day'"))
  assert.equal((await beacon('hello', 'world')).stdout, 'good day')
  assert.equal((await beacon('plugins', 'uninstall', './beacon-hello')).exitCode, 0)
  assert.equal(existsSync(join(root, 'beacon-hello/package.json')), true)
  assert.equal((await beacon('hello', 'world')).exitCode, 2)
})

test('a plugin that broke is named in one warning with the way out, and beacon goes on', async (t) => {
  const { beacon, plugin, data } = createWorkshop(t)
  const folder = plugin('beacon-hello', { 'hello/world.js': OURS })
  assert.equal((await beacon('plugins', 'link', folder)).exitCode, 0)
  write(join(folder, 'commands/hello/world.js'), 'export default {')
  const help = await beacon('--help')
  assert.equal(help.exitCode, 0)
  assert.match(
    help.stderr,
    /^warning without the plugin 'beacon-hello': .*`beacon plugins uninstall beacon-hello`.*$/,
  )
  rmSync(folder, { recursive: true })
  assert.match(
    (await beacon('--help')).stderr,
    /^warning without the plugin 'beacon-hello': its files are gone; .*$/,
  )
  assert.match((await beacon('plugins')).stdout, /user-wide, linked +not used: its files are gone/)
  assert.equal((await beacon('plugins', 'uninstall', 'beacon-hello')).exitCode, 0)
  assert.equal((await beacon('--help')).stderr, '')
  write(join(data, 'package.json'), '{')
  assert.match((await beacon('--help')).stderr, /^warning without the plugins of this user: .*package\.json/)
})

test("what fails in a plugin's command is its own bug", async (t) => {
  const { beacon, plugin } = createWorkshop(t)
  await beacon('plugins', 'link', plugin('beacon-failing', { 'failing.js': FAILING }))
  const { exitCode, stdout } = await beacon('failing', '--json')
  const { error } = JSON.parse(stdout)
  assert.deepEqual([exitCode, error.code], [1, 'C128'])
  assert.match(error.message, /^'failing' of the plugin 'beacon-failing' failed: on purpose/)
})

const REFUSED: [what: string, code: string, exitCode: number, args: (workshop: Workshop) => string[]][] = [
  ['what is not installed', 'C121', 2, () => ['uninstall', 'beacon-other']],
  ['a name that is none', 'C122', 2, () => ['install', 'Not a name']],
  ['a path where nothing is', 'C123', 2, () => ['install', './nothing']],
  ['a name without a registry', 'C124', 1, () => ['install', 'beacon-other']],
  ['a package that is no plugin', 'C125', 2, ({ plugin }) => ['install', plugin('no-plugin', {}, {})]],
  ['a plugin without commands', 'C125', 2, ({ plugin }) => ['install', plugin('no-commands', {})]],
  [
    'a command that beacon has itself',
    'C125',
    2,
    ({ plugin }) => ['install', plugin('beacon-clash', { 'doctor.js': OURS })],
  ],
  [
    'a dependency without a registry',
    'C124',
    1,
    ({ plugin }) => [
      'install',
      plugin(
        'beacon-needy',
        { 'a.js': OURS },
        { oclif: { commands: './commands' }, dependencies: { zod: '4' } },
      ),
    ],
  ],
  ['a link to no plugin', 'C125', 2, ({ plugin }) => ['link', plugin('no-plugin', {}, {})]],
  ['a link to nothing', 'C125', 2, () => ['link', './nothing']],
]

for (const [what, code, expected, args] of REFUSED) {
  test(`refuses ${what} with ${code}, and leaves what was there`, async (t) => {
    const workshop = createWorkshop(t)
    const { beacon, plugin, data } = workshop
    const run = async () => {
      const { exitCode, stdout, stderr } = await beacon('plugins', ...args(workshop), '--json')
      assert.deepEqual([exitCode, JSON.parse(stdout).error?.code], [expected, code], stderr)
    }
    await run()
    for (const name of ['package.json', 'package-lock.json', 'node_modules']) {
      assert.equal(existsSync(join(data, name)), false, name)
    }
    await beacon('plugins', 'install', plugin('beacon-hello', { 'hello/world.js': OURS }))
    const before = readFileSync(join(data, 'package.json'), 'utf8')
    await run()
    assert.equal(readFileSync(join(data, 'package.json'), 'utf8'), before)
    assert.equal((await beacon('hello', 'world')).stdout, 'hello')
  })
}

test('a data folder that nothing can be written to', async (t) => {
  const { plugin, root } = createWorkshop(t)
  const { stdout, exitCode } = await execa(
    process.execPath,
    [program, 'plugins', 'install', plugin('beacon-hello', { 'hello/world.js': OURS }), '--json'],
    { env: { HOME: root, BEACON_DATA_DIR: '/dev/null/x' }, reject: false },
  )
  assert.deepEqual([exitCode, JSON.parse(stdout).error.code], [1, 'C126'])
})
