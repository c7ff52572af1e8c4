/** `beacon run faults` as a CI runs it: a project's configuration, a network of its own, a file for the test view. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'
import type { FaultStep } from '../../src/config/fault-steps.ts'

const BEACON = join(import.meta.dirname, '../../bin/run.js')

interface Answer {
  readonly ok: boolean
  readonly result?: { readonly steps: readonly { step: string; atMs: number; tookMs: number }[] }
  readonly error?: { readonly code: string; readonly message: string }
}

async function runFaults(t: TestContext, faults: readonly FaultStep[]) {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const config = { devnets: { default: { validators: 5, l1: 'none', rollups: [{ name: 'app' }], faults } } }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'beacon.config.js'), `export default ${JSON.stringify(config)}`)
  const command = [process.execPath, BEACON, 'run', 'faults', '--json', '--junit', 'faults.xml']
  const { exitCode, stdout } = await execa(process.execPath, [BEACON, 'exec', '--', ...command], {
    cwd: folder,
    reject: false,
    timeout: 180_000,
  })
  const junit = readFileSync(join(folder, 'faults.xml'), 'utf8')
  return { exitCode, answer: JSON.parse(stdout) as Answer, junit }
}

const LONE = { kind: 'partition', groups: [['validator-0']] } as const

test('does what is written, when it is due, and measures each step', async (t) => {
  const { exitCode, answer, junit } = await runFaults(t, [
    { fault: LONE },
    { expect: { rollup: 'app', withinMs: 20_000 } },
    { when: { rollup: 'app', blocks: 2 }, fault: { kind: 'heal' } },
    { at: 5, fault: { kind: 'kill', processes: ['validator-0', 'validator-1'] } },
    { expect: { rollup: 'app', standsStillMs: 2_000, withinMs: 20_000 } },
    { fault: { kind: 'heal' } },
    { expect: { rollup: 'app', rung: 'beacon', withinMs: 20_000 }, after: 'heal' },
  ])
  assert.equal(exitCode, 0, answer.error?.message)
  const { steps } = answer.result!
  assert.deepEqual(
    steps.map(({ step }) => step),
    [
      'partition validator-0 | all others',
      "a new block of app is 'soft'",
      'heal',
      'kill validator-0, validator-1',
      'app stands still for 2000 ms',
      'heal',
      "a new block of app is 'beacon'",
    ],
  )
  assert.ok(steps[3]!.atMs >= 5_000)
  assert.ok(steps[4]!.tookMs >= 2_000)
  assert.match(junit, /tests="1"/)
  assert.doesNotMatch(junit, /<failure/)
})

test('a broken promise is a failed check, in the exit code as in the file', async (t) => {
  const { exitCode, answer, junit } = await runFaults(t, [
    { fault: { kind: 'pause', processes: ['validator-0', 'validator-1'] } },
    { expect: { rollup: 'app', standsStillMs: 1_000, withinMs: 20_000 } },
    { expect: { rollup: 'app', withinMs: 1_000 } },
  ])
  assert.equal(answer.error?.code, 'C405')
  assert.match(answer.error.message, /^step 3: not within 1000 ms: a new block of app is 'soft'/)
  assert.equal(exitCode, 3)
  assert.match(junit, /<failure message="step 3/)
})
