import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderErrors } from '../../scripts/document-errors.ts'

test('docs/errors.md describes every error as the code does: `npm run docs` writes it', async () => {
  const written = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')
  assert.equal(written, await renderErrors())
})
