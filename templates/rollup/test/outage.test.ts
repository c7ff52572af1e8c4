import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDevnet, type TestDevnet } from 'beaconlayer/testing'
import { findLost } from '../src/load.ts'
import { runOutage } from '../src/outage.ts'

const LOAD = { count: 10, timeoutMs: 30_000 }

let devnet: TestDevnet

before(async () => {
  devnet = await createDevnet({ config: 'default' })
})

after(() => devnet?.stop())

test('each rollup has the committee that the configuration asks for', () => {
  const sizes = devnet.rollups.map(({ name, committee }) => [name, committee.length])
  assert.deepEqual(sizes, [
    ['swift', 5],
    ['steady', 6],
  ])
})

test('nothing that was confirmed is lost when a sequencer is killed', async () => {
  const { killed, rollups } = await runOutage(devnet, LOAD)

  for (const { name, confirmed, lost } of rollups) {
    const counts = Object.values(confirmed).map((phase) => phase.length)
    assert.deepEqual(counts, [LOAD.count, LOAD.count, LOAD.count], name)
    assert.deepEqual(lost, [], `lost on ${name}`)
  }
  const processes = await devnet.processes()
  assert.equal(processes.find((process) => process.name === killed)?.state, 'running')
})

test('a transaction in another block than it was confirmed in would be noticed', async () => {
  const elsewhere = { hash: `0x${'11'.repeat(32)}`, blockHash: `0x${'22'.repeat(32)}`, tookMs: 0 }
  assert.deepEqual(await findLost(devnet.rollup('swift'), [elsewhere]), [elsewhere])
})
