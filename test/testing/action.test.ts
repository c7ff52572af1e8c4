/** The script of action.yml, as a runner of GitHub's would run it in a project that has beaconlayer installed. */

import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { execa } from 'execa'

const ROOT = join(import.meta.dirname, '../..')

/** The first block of the action's `run:`, without its indentation. */
function scriptOf(action: string): string {
  const [, block] = /^ {6}run: \|\n((?: {8}.*\n)+)/m.exec(action)!
  return block!.replaceAll(/^ {8}/gm, '')
}

test("the action's command has the network, its exit code counts, and logs of a failure are kept", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  symlinkSync(join(ROOT, 'bin/run.js'), join(folder, 'node_modules/.bin/beacon'))
  writeFileSync(join(folder, 'package.json'), '{"name":"project","version":"1.0.0"}')
  const done = await execa('bash', ['-c', scriptOf(readFileSync(join(ROOT, 'action.yml'), 'utf8'))], {
    cwd: folder,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      RUNNER_TEMP: folder,
      INPUT_RUN: 'echo "rollups: $BEACON_ROLLUPS" | cat\nexit 4',
      INPUT_ROLLUPS: 'app game',
      INPUT_VALIDATORS: '5',
      INPUT_VERSION: '',
    },
    reject: false,
    timeout: 120_000,
  })
  assert.equal(done.exitCode, 4, done.stderr)
  assert.match(done.stdout, /^rollups: app,game$/m)
  assert.ok(readdirSync(join(folder, 'beacon-logs')).includes('l1.log'))
})
