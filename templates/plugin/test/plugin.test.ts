import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadProject, type RollupConfirmation, verifyPlugin } from 'beaconlayer'
import lag from '../src/index.ts'

test('keeps to the interfaces of plugins', () => verifyPlugin(lag))

test('its section has defaults', async () => {
  const { config } = await loadProject({ config: { plugins: [lag] } })
  assert.equal(config.lag.blocksMax, 20)
})

test('a mistake in its section is named by its path', async () => {
  const loading = loadProject({ config: { plugins: [lag], lag: { blocksMax: 0 } } })
  await assert.rejects(loading, { code: 'C203', message: /lag\.blocksMax: a rollup is always a block ahead/ })
})

test('says once that a rollup is late, and once that it is fine again', async () => {
  const notes: string[] = []
  const { hooks } = await loadProject({
    config: { plugins: [lag], lag: { blocksMax: 2 } },
    note: (line) => notes.push(line),
  })
  const climb = (rung: RollupConfirmation['rung'], number: number) =>
    hooks.parallel('rollup', 'confirmation', { rollup: 'app', number, rung, seenAt: Date.now() })

  await climb('beacon', 1)
  for (const number of [2, 3, 4, 5]) await climb('soft', number)
  await climb('beacon', 5)

  assert.deepEqual(notes, [
    'app is 3 blocks ahead of the Beacon Layer, and 2 are allowed',
    'app is within 2 blocks of the Beacon Layer again',
  ])
})
