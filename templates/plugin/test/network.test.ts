import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { loadProject } from 'beaconlayer'
import { createDevnet, type TestDevnet } from 'beaconlayer/testing'
import { lagReport } from '../src/index.ts'

const run = promisify(execFile)

let devnet: TestDevnet

before(async () => {
  devnet = await createDevnet({ config: 'default', l1: 'none' })
})

after(() => devnet?.stop())

test('reports the lag of each rollup of a running network', async () => {
  const project = await loadProject()
  const network = { devnet: devnet.name, dir: dirname(devnet.dir) }
  const report = await project.run(lagReport, { blocksMax: 1_000 }, network)
  assert.deepEqual(
    report.rollups.map(({ rollup, isFine }) => [rollup, isFine]),
    [['app', true]],
  )
})

test('the command prints the same as one JSON object', async () => {
  const network = ['--name', devnet.name, '--dir', dirname(devnet.dir)]
  const { stdout } = await run('npx', ['beacon', 'lag', 'show', '--json', ...network])
  const { command, ok, result } = JSON.parse(stdout)
  assert.deepEqual([command, ok, result.blocksMax], ['lag show', true, 10])
})
