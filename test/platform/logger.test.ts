import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLogger } from '../../src/platform/logger.ts'

test('writes one JSON line a message, at once, with the fields of its parents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-logger-'))
  const path = join(folder, 'log')
  const destination = openSync(path, 'a')
  try {
    const logger = createLogger({ level: 'info', destination, fields: { process: 'validator-0' } })
    logger.debug({}, 'below the level')
    logger.child({ rollup: 1 }).warn({ height: 5, stake: 10n ** 30n }, 'late\nvote')
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    assert.equal(lines.length, 1)
    const { time, ...rest } = JSON.parse(lines[0]!)
    assert.ok(Math.abs(time - Date.now()) < 60_000)
    assert.equal(rest.level, 'warn')
    assert.equal(rest.process, 'validator-0')
    assert.equal(rest.rollup, 1)
    assert.equal(rest.height, 5)
    assert.equal(rest.msg, 'late\nvote')
  } finally {
    closeSync(destination)
    rmSync(folder, { recursive: true })
  }
})
