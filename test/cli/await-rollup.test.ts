import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { awaitedWithin, awaitRollup } from '../../src/cli/await-rollup.ts'
import type { CommitteeAnswer } from '../../src/cli/beacon-answers.ts'
import type { RollupEndpoint } from '../../src/devnet/endpoints.ts'

const VALIDATORS = [4, 2, 6, 0, 3]
const TIMEOUT_MS = 5_000

const committee: CommitteeAnswer = {
  rollup: { id: 1, name: 'app', chainId: 7_700_001 },
  epoch: 2,
  sub: 0,
  seed: '0x01',
  committeeRoot: '0x02',
  seats: VALIDATORS.map((validator, seat) => ({ seat, validator, account: '0x', stake: '1' })),
  standby: [],
  replaced: [],
}

/** As the devnet tells it while these seats have reported. */
function endpointWith(seats: readonly number[], epoch = committee.epoch): RollupEndpoint {
  const described = seats.map((seat) => ({
    seat,
    validator: VALIDATORS[seat]!,
    address: '0x' as const,
    rpcUrl: `http://seat-${seat}`,
  }))
  const urls = { rpcUrl: 'http://app', wsUrl: 'ws://app' }
  return { id: 1, name: 'app', chainId: 7_700_001, vm: 'evm', ...urls, epoch, committee: described }
}

/** Gives one answer after the other, and the last one again and again. */
function answering<Value>(...answers: readonly Value[]): () => Promise<Value> {
  let next = 0
  return async () => answers[Math.min(next++, answers.length - 1)]!
}

const awaited = () => awaitedWithin('app', TIMEOUT_MS)

describe('awaiting a new rollup', () => {
  test('ends when a block is confirmed and all seats have appeared', async () => {
    const all = endpointWith([0, 1, 2, 3, 4])
    const endpoint = answering(null, endpointWith([1]), endpointWith([0, 1, 2]), all)
    const height = answering(null, null, 1)
    const living = await awaitRollup({ endpoint, height }, committee, awaited(), TIMEOUT_MS)
    assert.deepEqual(living, { endpoint: all, height: 1, absent: [] })
  })

  test('ends without a seat that is down, and names it', async () => {
    const endpoint = answering(endpointWith([0, 1, 3, 4]))
    const started = Date.now()
    const living = await awaitRollup({ endpoint, height: answering(7) }, committee, awaited(), 100)
    assert.deepEqual(living.absent, [{ seat: 2, validator: 6 }])
    assert.equal(living.height, 7)
    assert.ok(Date.now() - started < TIMEOUT_MS)
  })

  test('names a seat that has appeared and gone', async () => {
    const before = endpointWith([0, 1, 2, 3, 4])
    const gone = before.committee.map((one) => (one.seat === 1 ? { ...one, rpcUrl: null } : one))
    const signs = { endpoint: answering({ ...before, committee: gone }), height: answering(1) }
    const { absent } = await awaitRollup(signs, committee, awaited(), 0)
    assert.deepEqual(absent, [{ seat: 1, validator: 2 }])
  })

  test('misses nobody of a committee that another one has followed', async () => {
    const signs = { endpoint: answering(endpointWith([0, 1], 3)), height: answering(40) }
    const { absent } = await awaitRollup(signs, committee, awaited(), TIMEOUT_MS)
    assert.deepEqual(absent, [])
  })

  test('fails with what it lacks if no seat appears, or no block is confirmed', async () => {
    const nobody = { endpoint: answering(null), height: answering(1) }
    const noBlock = { endpoint: answering(endpointWith([0])), height: answering(null) }
    for (const [signs, stage] of [
      [nobody, 'address'],
      [noBlock, 'confirmed block'],
    ] as const) {
      const late = { code: 'C307', message: `rollup 'app' has no ${stage} after 50 ms` }
      await assert.rejects(awaitRollup(signs, committee, awaitedWithin('app', 50)), late)
    }
  })
})
