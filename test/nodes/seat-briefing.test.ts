import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BeaconApplication } from '../../src/beacon/application.ts'
import {
  composeBriefing,
  describeCommittees,
  describeOpening,
  drawnInstances,
  headOf,
  isElected,
  originOf,
} from '../../src/nodes/seat-briefing.ts'
import { toHex } from '../../src/primitives/bytes.ts'
import { epoch, height, type Instance, instanceKey, rollupId } from '../../src/primitives/ids.ts'
import {
  advanceTo,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  startNode,
  TOKEN,
} from '../beacon/fixture.ts'

const APP = rollupId(1)
const instanceOf = (of: number, sub = 0): Instance => ({ rollup: APP, epoch: epoch(of), sub })
const keys = (instances: readonly Instance[]) => instances.map(instanceKey)

/** Ten validators, epochs of six blocks: 1-6, 7-12, ... A closed instance's successor opens 4 blocks into the next epoch. */
const genesisWith = (tokens: bigint) =>
  createGenesis({
    params: { epochLength: 6, closeAfterBlocks: 2, openAfterBlocks: 2 },
    stakes: Array(10).fill(tokens * TOKEN),
    rollups: [rollupSpec()],
  })

const genesis = genesisWith(1000n)

async function startAt(target: number, tokens = 1000n): Promise<BeaconApplication> {
  const { app } = await startNode(genesisWith(tokens))
  await advanceTo(app, target)
  return app
}

describe('what a seat is told', () => {
  test('covers the instances from the present one to the last one drawn', async () => {
    const app = await startAt(3)
    assert.deepEqual(keys(drawnInstances(app, APP)), ['1-0-0', '1-1-0'])
    await advanceTo(app, 6)
    assert.deepEqual(keys(drawnInstances(app, APP)), ['1-0-0', '1-1-0', '1-2-0'])
    assert.deepEqual(drawnInstances(app, rollupId(9)), [])
  })

  test('makes members of the next committee follow the present one, as soon as that is drawn', async () => {
    const followersOf = (app: BeaconApplication, at: number) =>
      new Set(describeCommittees(app, [instanceOf(at)])[0]!.followers)
    const newcomers = (app: BeaconApplication, at: number) => {
      const seatsOf = (epochNumber: number) => app.state.committee(instanceOf(epochNumber))!.seats
      return seatsOf(at + 1)
        .filter((validator) => !seatsOf(at).includes(validator))
        .map((validator) => toHex(app.state.validator(validator)!.networkKey))
    }
    // Most committees of five of ten have newcomers; whether these were to follow for another reason is chance.
    for (let tokens = 1000n; ; tokens++) {
      const app = await startAt(3, tokens)
      for (const key of newcomers(app, 0)) assert.ok(followersOf(app, 0).has(key))
      const before = followersOf(app, 1)
      await advanceTo(app, 6)
      const after = followersOf(app, 1)
      for (const key of newcomers(app, 1)) assert.ok(after.has(key))
      if (newcomers(app, 1).some((key) => !before.has(key))) return
    }
  })

  test('says whom the Beacon Layer elects', async () => {
    const app = await startAt(1)
    const instances = drawnInstances(app, APP)
    const elected = new Set(instances.flatMap((instance) => app.state.committee(instance)!.seats))
    for (let validator = 0; validator < 10; validator++) {
      assert.equal(isElected(app, instances, validator), elected.has(validator))
    }
  })

  test('begins with the rollup, whose genesis has the time of the block that drew its first committee', async () => {
    const app = await startAt(1)
    assert.deepEqual(originOf(app, app.state.rollup(APP)!), {
      genesisTimeMs: genesis.time,
      firstInstance: instanceOf(0),
    })
  })

  test('has the latest Beacon blocks with their randomness, after a restart too', async () => {
    const { app, store } = await startNode(genesis)
    await advanceTo(app, 5)
    const { app: resumed } = await startNode(genesis, store)
    const { heads } = composeBriefing(resumed, APP, instanceOf(0), [])
    assert.deepEqual(
      heads.map((head) => head.height),
      [0, 1, 2, 3, 4, 5],
    )
    assert.equal(heads.at(-1)!.mix, app.state.mix())
    assert.deepEqual(heads[3], headOf(app, app.chain.blockAt(height(3))!))
  })

  test('shows a closed instance, and then where the next one begins, with the certificate that was recorded', async () => {
    const app = await startAt(1)
    const chain = new RollupChain(instanceOf(0))
    const headers = [chain.next(referenceTo(app)), chain.next(referenceTo(app))]
    const record = chain.record(app.committee(instanceOf(0))!, headers)
    assert.deepEqual(app.pool.addRecord(record), { ok: true })
    await advanceTo(app, 7)
    assert.equal(composeBriefing(app, APP, instanceOf(0), []).closed, null)
    await advanceTo(app, 8)
    const closed = composeBriefing(app, APP, instanceOf(0), [])
    assert.deepEqual(closed.closed, instanceOf(0))
    assert.deepEqual(closed.openings, [])
    assert.equal(closed.recorded, 2)
    await advanceTo(app, 10)
    const { closed: none, openings, committees } = composeBriefing(app, APP, instanceOf(0), [])
    assert.equal(none, null)
    assert.deepEqual(openings, [
      {
        instance: instanceOf(1, 1),
        genesis: { height: 2, digest: chain.last.digest, certificate: record.certificate },
      },
    ])
    const described = committees.map(({ committee }) => instanceKey(committee.instance))
    assert.deepEqual(described, ['1-0-0', '1-1-0', '1-1-1', '1-2-0'])
    assert.equal(describeOpening(app, instanceOf(1)), null)
  })

  test('says that nothing was recorded if the next instance begins from the very genesis', async () => {
    const app = await startAt(10)
    assert.deepEqual(composeBriefing(app, APP, instanceOf(0), []).openings, [
      { instance: instanceOf(1, 1), genesis: null },
    ])
  })
})
