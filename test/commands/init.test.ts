/** `beacon init` as a program. What it makes is tried out by test/templates/. */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'

const PROGRAM = join(import.meta.dirname, '../../bin/run.js')

function setUp(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true }))
  const init = (...args: string[]) =>
    execa(process.execPath, [PROGRAM, 'init', ...args], { cwd: root, stdin: 'ignore', reject: false })
  const json = async (...args: string[]) => {
    const { stdout, exitCode } = await init(...args, '--json')
    return { exitCode, ...JSON.parse(stdout) }
  }
  return { root, init, json }
}

test('without a terminal the template is contracts, and the next steps are printed', async (t) => {
  const { root, init } = setUp(t)
  const { stdout, exitCode } = await init('My App')
  assert.equal(exitCode, 0)
  assert.match(stdout, /'contracts'.*\n {2}cd 'My App'\n {2}npm install\n {2}npm test$/s)
  const { name } = JSON.parse(readFileSync(join(root, 'My App/package.json'), 'utf8'))
  assert.equal(name, 'my-app')
  assert.ok(existsSync(join(root, 'My App/.gitignore')))
})

test('an empty folder is as good as none, and the plugin has the name that was given', async (t) => {
  const { root, json } = setUp(t)
  mkdirSync(join(root, 'here'))
  const { exitCode, result } = await json('here', '--template', 'plugin', '--name', '@me/lag')
  assert.deepEqual([exitCode, result.name, result.template], [0, '@me/lag', 'plugin'])
  assert.match(readFileSync(join(root, 'here/src/index.ts'), 'utf8'), /id: '@me\/lag'/)
  for (const file of result.files) {
    assert.doesNotMatch(readFileSync(join(root, 'here', file), 'utf8'), /__[A-Z_]+__/, file)
  }
})

test('says so where no folder can be made', { skip: !existsSync('/proc/self') }, async (t) => {
  const { json } = setUp(t)
  const { exitCode, error } = await json('/proc/nowhere/app')
  assert.deepEqual([exitCode, error.code], [1, 'C603'])
})

test('never overwrites, and refuses what npm would refuse', async (t) => {
  const { root, json } = setUp(t)
  await json('one')
  const again = await json('one', '--template', 'rollup')
  assert.deepEqual([again.exitCode, again.error.code], [2, 'C601'])
  assert.ok(!existsSync(join(root, 'one/src/load.ts')))
  const named = await json('two', '--name', 'My App')
  assert.deepEqual([named.exitCode, named.error.code], [2, 'C602'])
  assert.ok(!existsSync(join(root, 'two')))
  const unknown = await json('two', '--template', 'nothing')
  assert.deepEqual([unknown.exitCode, unknown.error.code], [2, 'C101'])
})
