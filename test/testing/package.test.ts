/** The public entries as an installed package has them: what they resolve to, and that their types hold up in a strict project. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'

const ROOT = join(import.meta.dirname, '../..')

/** As Vitest declares what matchers are added to. */
const VITEST = `export interface Assertion<T = any> { toBe(expected: T): void; not: Assertion<T> }
export declare const expect: { <T>(received: T): Assertion<T>; extend(matchers: Record<string, (...args: any[]) => unknown>): void }
`
const USER = `import { expect } from 'vitest'
import { type Rung, assertReaches, createDevnet } from 'beaconlayer/testing'
import { matchers } from 'beaconlayer/testing/vitest'
expect.extend(matchers)
export async function user(): Promise<void> {
  await using devnet = await createDevnet({ validators: 7, rollups: ['app', { name: 'game', sequencers: 5, minStake: 1n }] })
  const sent = await devnet.rollup('app').signer().sendTransaction({ to: devnet.accounts[0]!.address })
  await expect(sent).toBeSoftConfirmed()
  await expect(sent).not.toReach('posted', { timeoutMs: 1 })
  const { rung, latencyMs }: { rung: Rung; latencyMs: number | null } = await assertReaches(devnet, sent, 'soft')
  const id = await devnet.l1.request<string>({ method: 'eth_chainId' })
  console.log(rung, latencyMs, id.length, devnet.rollup('app').committee[0]!.validator)
  // @ts-expect-error there is no such rung
  await devnet.waitFor(sent, 'confirmed')
  // @ts-expect-error there is no such option
  await createDevnet({ sequencers: 5 })
}
`
const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    preserveSymlinks: true,
  },
}

function installed(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const modules = join(folder, 'node_modules')
  const link = (name: string, to = join(ROOT, 'node_modules', name)) => {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(to, join(modules, name))
  }
  for (const name of ['ethers', 'zod', '@types/node', 'undici-types']) link(name)
  link('beaconlayer', ROOT)
  mkdirSync(join(modules, 'vitest'))
  writeFileSync(join(modules, 'vitest/package.json'), '{"name":"vitest","types":"./index.d.ts"}')
  writeFileSync(join(modules, 'vitest/index.d.ts'), VITEST)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  writeFileSync(join(folder, 'user.ts'), USER)
  return folder
}

test('types hold up in a strict project, and mistakes are seen', async (t) => {
  const { exitCode, stdout } = await execa(join(ROOT, 'node_modules/.bin/tsc'), ['--project', installed(t)], {
    reject: false,
  })
  assert.deepEqual([exitCode, stdout], [0, ''])
})

test('the matchers need no Vitest', async (t) => {
  const script =
    "const { matchers } = await import('beaconlayer/testing/vitest'); console.log(Object.keys(matchers).join())"
  const cwd = installed(t)
  rmSync(join(cwd, 'node_modules/vitest'), { recursive: true })
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script], { cwd })
  assert.equal(stdout, 'toReach,toBeSoftConfirmed')
})

test('one process can import every public entry', async (t) => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
  const script = entries.map((entry) => `import 'beaconlayer${entry.slice(1)}'`).join('\n')
  const { stderr, exitCode } = await execa(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: installed(t),
    reject: false,
  })
  assert.deepEqual([stderr, exitCode], ['', 0])
})
