/** The first example of docs/testing.md does what it says, as a user would run it. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { execa } from 'execa'

const ROOT = join(import.meta.dirname, '../..')

test('the first example of docs/testing.md passes', { timeout: 120_000 }, async (t) => {
  const [, example] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, 'docs/testing.md'), 'utf8'))!
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules/beaconlayer'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'transfer.test.ts'), example!)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { exitCode, stdout } = await execa(
    process.execPath,
    ['--test', '--test-reporter=tap', 'transfer.test.ts'],
    {
      cwd: folder,
      env,
      extendEnv: false,
      reject: false,
    },
  )
  assert.equal(exitCode, 0, stdout)
  assert.match(stdout, /^# pass 1$/m)
  assert.match(stdout, /soft-confirmed \d+ ms after it was proposed/)
})
