/** Makes the plugin of docs/plugins.md from the guide's own blocks, compiles it against what is shipped, and runs it. Needs no network. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'

const checkout = join(import.meta.dirname, '../..')
const guide = readFileSync(join(checkout, 'docs/plugins.md'), 'utf8')

/** A project as the guide makes it, with these files besides or instead. */
function makeProject(t: TestContext, more: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const blocks = [...guide.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)]
  const files = {
    'package.json': '{"type":"module"}',
    'tsconfig.json': /^```json\n(.*?)^```$/ms.exec(guide)![1]!,
    ...Object.fromEntries(blocks.map(([, name, text]) => [name!, text!])),
    ...more,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  mkdirSync(join(root, 'node_modules/@types'), { recursive: true })
  symlinkSync(checkout, join(root, 'node_modules/beaconlayer'))
  for (const dependency of ['zod', '@types/node']) {
    symlinkSync(join(checkout, 'node_modules', dependency), join(root, 'node_modules', dependency))
  }
  const options = { cwd: root, env: { HOME: root, BEACON_HOME: '' }, reject: false } as const
  return {
    root,
    compile: () => execa(join(checkout, 'node_modules/.bin/tsc'), ['-p', '.'], options),
    beacon: (...args: string[]) => execa(process.execPath, [join(checkout, 'bin/run.js'), ...args], options),
  }
}

test('the guide compiles as it stands', async (t) => {
  const { stdout, exitCode } = await makeProject(t).compile()
  assert.deepEqual([stdout, exitCode], ['', 0])
})

const MISUSES: [string, string, string][] = [
  ['an action that takes another type', 'plugin/greet.ts', 'readonly times: string | undefined'],
  ['a schema that gives another type', 'plugin/config.ts', 'times: z.string().default("1")'],
  ['a setting of another type', 'beacon.config.ts', 'hello: { greeting: 7 }'],
  ['a hook of another name', 'plugin/rollup-hooks.ts', 'confirmed: ({ rollup, number, rung }) =>'],
]

const REPLACED: Record<string, RegExp> = {
  'plugin/greet.ts': /readonly times: number \| undefined/,
  'plugin/config.ts': /times: z\.int\(\)\.positive\(\)\.default\(1\)/,
  'beacon.config.ts': /hello: \{ greeting: 'good day' \}/,
  'plugin/rollup-hooks.ts': /confirmation: \(\{ rollup, number, rung \}\) =>/,
}

for (const [misuse, file, text] of MISUSES) {
  test(`${misuse} does not compile`, async (t) => {
    const project = makeProject(t)
    const path = join(project.root, file)
    const before = readFileSync(path, 'utf8')
    const after = before.replace(REPLACED[file]!, text)
    assert.notEqual(after, before)
    writeFileSync(path, after)
    const { stdout, exitCode } = await project.compile()
    assert.notEqual(exitCode, 0)
    assert.match(stdout, /error TS\d{4}/)
  })
}

test('its command, task and section are there, as the guide says', async (t) => {
  const { beacon } = makeProject(t)
  assert.equal((await beacon('hello', 'world', '--loud')).stdout, 'GOOD DAY, WORLD')
  const help = await beacon('run', 'hello', 'greet', '--help')
  assert.match(help.stdout, /--tone=WORD +how \(kind, loud\) \[default: kind\]/)
  const { result } = JSON.parse((await beacon('plugins', '--json')).stdout)
  const [{ commands, tasks, hooks, sections }] = result.plugins
  assert.deepEqual(
    [commands, tasks, hooks, sections],
    [['hello world'], ['hello greet'], ['rollup', 'rpc'], ['hello']],
  )
})

test('it conforms', async (t) => {
  const { root } = makeProject(t)
  // Else the runner takes itself for a part of this one.
  const env = { NODE_TEST_CONTEXT: undefined }
  const { exitCode, stdout } = await execa(process.execPath, ['--test', 'plugin/plugin.test.ts'], {
    cwd: root,
    env,
    reject: false,
  })
  assert.equal(exitCode, 0, stdout)
  assert.match(stdout, /pass 1/)
})

test('its section has a mistake reported as the guide shows', async (t) => {
  const config = /^```ts\n\/\/ beacon\.config\.ts\n(.*?)^```$/ms.exec(guide)![1]!
  const { root, beacon } = makeProject(t, { 'beacon.config.ts': config.replace("'good day'", "''") })
  const { stderr, exitCode } = await beacon('config')
  assert.equal(exitCode, 2)
  const [, quoted] = /(can't be used:\n {2}hello\.greeting: .*)/.exec(guide)!
  assert.ok(stderr.includes(`${root}/beacon.config.ts ${quoted}`), stderr)
})
