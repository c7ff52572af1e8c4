import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compileContracts } from '../../scripts/compile-contracts.ts'

test('the committed artifacts are what the contracts compile to', () => {
  const folder = join(import.meta.dirname, '../../src/settlement/artifacts')
  const compiled = compileContracts()
  assert.deepEqual(readdirSync(folder).sort(), [...compiled.keys()].sort())
  for (const [module, text] of compiled) {
    const committed = readFileSync(join(folder, module), 'utf8')
    assert.ok(committed === text, `${module} is stale: run node scripts/compile-contracts.ts`)
  }
})
