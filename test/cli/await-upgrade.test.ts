import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awaitUpgrade } from '../../src/cli/runtime/await-upgrade.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import type { RpcClient } from '../../src/rpc/client.ts'

const present: Hex = `0x${'11'.repeat(32)}`
const next: Hex = `0x${'22'.repeat(32)}`
const nothing = { code: present, bytes: 1, proposal: null, probation: null, failure: null }
const proposed = { ...nothing, proposal: { code: next, bytes: 1, startsIn: null } }
const failure = { code: next, reason: 'TRAPPED', height: 9 }

/** Gives these answers one after the other, and the last one for ever. */
function client(...answers: readonly object[]): RpcClient {
  let asked = 0
  return { request: async () => answers[Math.min(asked++, answers.length - 1)] } as unknown as RpcClient
}

test('an upgrade is awaited until it executes the blocks', async () => {
  await awaitUpgrade(client(proposed, proposed, { ...nothing, code: next }), next, 5, 10_000)
})

test('one that was given up is told with its reason, and an earlier failure of it is not', async () => {
  const earlier = { ...proposed, failure: { ...failure, height: 4 } }
  await assert.rejects(awaitUpgrade(client(earlier, { ...nothing, failure }), next, 5, 10_000), {
    code: 'C314',
    message: /block 9: TRAPPED/,
  })
})

test('one that too few approve of is told, and one that takes too long', async () => {
  await assert.rejects(awaitUpgrade(client(proposed, nothing), next, 5, 10_000), { code: 'C315' })
  await assert.rejects(awaitUpgrade(client(proposed), next, 5, 0), { code: 'C316' })
})
