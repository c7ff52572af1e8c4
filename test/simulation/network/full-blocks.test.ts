import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from './simulate.ts'

test('batches get into the few places that strangers leave in the blocks of the L1, at what that costs', async () => {
  const stableAtMs = 15_000
  const crowd = { kind: 'l1Crowded', atMs: 500, lastsMs: stableAtMs, machines: [], degree: 0.5 } as const
  const { counts } = await simulate(5, { overrides: { stableAtMs, troubles: [crowd] } })
  assert.ok(counts.batchesInFullBlocks! >= 2, JSON.stringify(counts))
})
