import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDifferential } from './differential.ts'

const SEEDS = 1_000

test(`both EVMs do the same with random transactions, seeds 1 to ${SEEDS}`, async () => {
  const { compare, ends } = await createDifferential()
  for (let seed = 1; seed <= SEEDS; seed++) assert.equal(await compare(seed), null)
  // Programs that all failed at once would find nothing.
  assert.ok(ends.get('success')! > SEEDS, 'a third of the transactions succeeds')
  for (const end of ['revert', 'out of gas', 'stack underflow', 'invalid JUMP', 'precompile failed']) {
    assert.ok(ends.has(end), end)
  }
})
