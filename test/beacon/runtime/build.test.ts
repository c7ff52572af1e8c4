import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockOf, readLock, SHIPPED_COMPONENTS } from '../../../scripts/build-components.ts'
import { COMPONENT_FILE } from '../../../src/platform/components/load.ts'

const DIST = join(import.meta.dirname, '../../../dist')

for (const component of SHIPPED_COMPONENTS) {
  test(`${component.folder} was built to the bytes that the repository names; after a change of its sources \`npm run build:runtime\` names the new ones`, () => {
    const built = readFileSync(join(DIST, component.folder, COMPONENT_FILE))
    assert.deepEqual(lockOf(built), readLock(component))
  })
}
