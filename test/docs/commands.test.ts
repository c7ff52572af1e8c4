import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderCommands } from '../../scripts/document-commands.ts'

test('docs/commands.md describes every command as the code does: `npm run docs` writes it', async () => {
  const written = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8')
  assert.equal(written, await renderCommands())
})
