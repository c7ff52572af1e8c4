import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { findConfigFile } from '../../src/config/find.ts'
import { loadConfigFile } from '../../src/config/load.ts'

function folder(t: TestContext, files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
  return root
}

test('finds the nearest configuration upwards', (t) => {
  const root = folder(t, { 'beacon.config.mjs': '' })
  const inner = join(root, 'a/b')
  mkdirSync(inner, { recursive: true })
  assert.equal(findConfigFile(inner), join(root, 'beacon.config.mjs'))
  writeFileSync(join(root, 'a/beacon.config.ts'), '')
  assert.equal(findConfigFile(inner), join(root, 'a/beacon.config.ts'))
})

test('finds nothing where no folder has one', (t) => {
  assert.equal(findConfigFile(folder(t, {})), null)
})

test('loads TypeScript and JavaScript', async (t) => {
  const root = folder(t, {
    'beacon.config.ts': 'const seed: string = "x"\nexport default { devnets: { default: { seed } } }',
    'beacon.config.mjs': 'export default { devnets: {} }',
  })
  assert.deepEqual(await loadConfigFile(join(root, 'beacon.config.ts')), {
    devnets: { default: { seed: 'x' } },
  })
  assert.deepEqual(await loadConfigFile(join(root, 'beacon.config.mjs')), { devnets: {} })
})

test('says why a file cannot be loaded', async (t) => {
  const root = folder(t, {
    'none.mjs': 'export const config = {}',
    'throws.mjs': 'throw new Error("odd")',
    'missing.mjs': 'import "no-such-package-here"',
  })
  for (const [name, message] of [
    ['none.mjs', /no default export/],
    ['throws.mjs', /odd/],
    ['missing.mjs', /no-such-package-here/],
  ] as const) {
    await assert.rejects(loadConfigFile(join(root, name)), { code: 'C202', message })
  }
})

test('names the line that is wrong, in whatever file it is', async (t) => {
  const root = folder(t, {
    'beacon.config.ts': 'import "./plugin.ts"\nexport default {}',
    'plugin.ts': '\nenum Colour { Red }',
    'other.mjs': '\n\nnothing()',
  })
  const place = (name: string) => ({ code: 'C202', message: new RegExp(`\\(${join(root, name)}:[23]\\)$`) })
  await assert.rejects(loadConfigFile(join(root, 'beacon.config.ts')), place('plugin.ts'))
  await assert.rejects(loadConfigFile(join(root, 'other.mjs')), place('other.mjs'))
})

test('says so where Node does not strip types, and names the ways out', async (t) => {
  const root = folder(t, { 'beacon.config.ts': 'export default {}' })
  await assert.rejects(loadConfigFile(join(root, 'beacon.config.ts'), false), {
    code: 'C201',
    hint: /22\.18.*beacon\.config\.js/,
  })
})
