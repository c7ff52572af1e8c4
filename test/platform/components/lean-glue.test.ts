import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { GLUE_FILE } from '../../../src/platform/components/load.ts'
import { componentFiles } from '../../beacon/runtime/shipped.ts'

const glue = readFileSync(join(componentFiles.shipped, GLUE_FILE), 'utf8')

test('no call of the glue looks into the environment, or keeps books for tasks', () => {
  assert.doesNotMatch(glue, /process\?*\.env/)
  assert.doesNotMatch(glue, /= startCurrentTask\(/)
  assert.doesNotMatch(glue, /^\s*endCurrentTask\(/m)
})
