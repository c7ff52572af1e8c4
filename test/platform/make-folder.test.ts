import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolder } from '../../src/platform/make-folder.ts'

test('makes a folder and those above it, and leaves what exists', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true }))
  makeFolder(join(root, 'a/b/c'), 0o700)
  assert.equal(statSync(join(root, 'a/b/c')).mode & 0o777, 0o700)
  makeFolder(join(root, 'a/b/c'))
  writeFileSync(join(root, 'file'), '')
  assert.throws(() => makeFolder(join(root, 'file')), { code: 'EEXIST' })
  assert.throws(() => makeFolder(join(root, 'file/in/it')), { code: /ENOTDIR|EEXIST/ })
})

test('ends where nothing can be made', { skip: !existsSync('/proc/self') }, () => {
  assert.throws(() => makeFolder('/proc/nowhere'), { code: 'ENOENT' })
  assert.throws(() => makeFolder('/proc/nowhere/at/all'), { code: 'ENOENT' })
})
