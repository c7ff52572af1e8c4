import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseOptions } from './options.ts'
import { describeFailure } from './report.ts'

const main = join(import.meta.dirname, 'main.ts')

function simulate(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
}

describe('npm run simulate', () => {
  test('runs seeds on several threads and sums up what they were like', () => {
    const { status, stdout } = simulate('--seeds', '4', '--jobs', '2')
    assert.equal(status, 0)
    assert.match(stdout, /^4 seeds of kind engine in .* none failed\n.* seeds a second of CPU time/)
    assert.match(stdout, /messages [\d,]+, crashes \d+/)
  })

  test('follows one seed', () => {
    const { status, stdout } = simulate('--seed', '5', '--trace')
    assert.equal(status, 0)
    assert.match(stdout, / ms {2}seat0 +enters view 2$/m)
    assert.match(stdout, /^digest 0x[0-9a-f]{64}$/m)
  })

  test('says which flag is wrong', () => {
    assert.throws(
      () => parseOptions(['--kind', 'cluster']),
      /--kind is engine or network or twins, not 'cluster'/,
    )
    assert.throws(() => parseOptions(['--seeds', '0']), /--seeds is a whole number from 1 on/)
    assert.throws(() => parseOptions(['--trace']), /--trace needs --seed/)
    assert.equal(simulate('--nonsense').status, 2)
  })

  test('tells how a failure is replayed', () => {
    const failed = { seed: 7, cpuMs: 1, outcome: null, failure: 'seed 7: S1 seat2 disagrees' }
    const lines = describeFailure('engine', true, failed).split('\n')
    assert.equal(lines[0], 'seed 7: S1 seat2 disagrees')
    assert.match(lines[1]!, /^commit ./)
    assert.equal(lines[2], 'replay it with: npm run simulate -- --seed 7 --trace --bls')
  })
})
