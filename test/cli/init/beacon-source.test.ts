import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { beaconSource } from '../../../src/cli/init/beacon-source.ts'

/** An installation at `path`, and what npm noted down about it. */
function installed(t: TestContext, path: string, resolved?: string) {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true }))
  const installation = join(root, path)
  mkdirSync(installation, { recursive: true })
  writeFileSync(join(installation, 'package.json'), '{ "version": "1.2.3" }')
  if (resolved !== undefined) {
    const lock = { packages: { 'node_modules/beaconlayer': { resolved } } }
    writeFileSync(join(dirname(installation), '.package-lock.json'), JSON.stringify(lock))
  }
  return beaconSource(join(root, 'work/my-app'), installation)
}

test('a release asks for releases like it', (t) => {
  const resolved = 'https://registry.example/beaconlayer/-/beaconlayer-1.2.3.tgz'
  assert.equal(installed(t, 'tool/node_modules/beaconlayer', resolved), '^1.2.3')
})

test('so does an installation of which nothing was noted down', (t) => {
  assert.equal(installed(t, 'lib/node_modules/beaconlayer'), '^1.2.3')
})

test('a packed file is found from the project', (t) => {
  const source = installed(t, 'tool/node_modules/beaconlayer', 'file:../packed/beaconlayer-1.2.3.tgz')
  assert.equal(source, 'file:../../packed/beaconlayer-1.2.3.tgz')
})

test('what came from git comes from git', (t) => {
  const resolved = 'git+ssh://git@example.org/beacon.git#0123'
  assert.equal(installed(t, 'tool/node_modules/beaconlayer', resolved), resolved)
})

test('a checkout is used as it is', (t) => {
  assert.equal(installed(t, 'beacon'), 'file:../../beacon')
})
