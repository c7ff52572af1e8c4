import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { BeaconApplication } from '../../src/beacon/application.ts'
import { createEvidence } from '../../src/beacon/evidence.ts'
import { genesisToJson } from '../../src/beacon/genesis-json.ts'
import { createBeaconMethods } from '../../src/beacon/rpc.ts'
import { LightClient } from '../../src/cli/light-client.ts'
import { utf8 } from '../../src/primitives/bytes.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { beaconInstance, epoch, rollupId, view } from '../../src/primitives/ids.ts'
import type { RpcClient } from '../../src/rpc/client.ts'
import {
  advanceTo,
  castVote,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  startNode,
} from '../beacon/fixture.ts'

const INSTANCE = { rollup: rollupId(1), epoch: epoch(0), sub: 0 }
const CHECK_FAILED = { code: 'C401' }

const folder = mkdtempSync(join(tmpdir(), 'light-client-'))
after(() => rmSync(folder, { recursive: true }))

type Ask = <Answer>(method: string, params: readonly unknown[]) => Promise<Answer>

/** How a node answers instead of honestly; `ask` gives the honest answer. */
type Lie = (ask: Ask, method: string, params: readonly unknown[]) => Promise<unknown>

const GENESIS = createGenesis({
  params: { epochLength: 8 },
  rollups: [rollupSpec(), rollupSpec({ name: 'other', chainId: 7_700_002 })],
})
writeFileSync(join(folder, 'genesis.json'), JSON.stringify(genesisToJson(GENESIS)))

const { app, call, record } = await startChain()

async function startChain() {
  const { app } = await startNode(GENESIS)
  await advanceTo(app, 2)
  const chain = new RollupChain(INSTANCE)
  const record = chain.record(app.committee(INSTANCE)!, [chain.next(referenceTo(app))])
  app.pool.addRecord(record)
  await advanceTo(app, 4)
  return { app, call: askerOf(app), record }
}

function askerOf(app: BeaconApplication): Ask {
  const methods = createBeaconMethods(app, { clientVersion: 'beacon/test' })
  return async (name, params) =>
    JSON.parse(JSON.stringify((await methods[name]!(params, { subscriptions: null })) ?? null))
}

function clientOf(lie: Lie = (ask, method, params) => ask(method, params)): LightClient {
  const rpc: RpcClient = {
    url: 'http://a.node',
    request: (method, params = []) => lie(call, method, params),
    close() {},
  }
  return new LightClient(join(folder, 'genesis.json'), rpc)
}

test('a committee and a record are proven with nothing but the genesis', async () => {
  const { committee, provenAt } = await clientOf().proveCommittee('app')
  assert.deepEqual(committee, app.committee(INSTANCE))
  assert.equal(provenAt, 4)
  const proven = await clientOf().proveRecord(1, record.headers[0]!)
  assert.equal(proven?.beaconHeight, 3)
})

test('validators that stand beside a proof but not in it are refused', async () => {
  const liar = clientOf(async (ask, method, params) => {
    const answer: { proof: { validatorSet: { value: string } } } = await ask(method, params)
    if (method !== 'beacon_getElectionProof') return answer
    const { validatorSet } = answer.proof
    const value = validatorSet.value.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
    return { ...answer, proof: { ...answer.proof, validatorSet: { ...validatorSet, value } } }
  })
  await assert.rejects(liar.proveCommittee('app'), CHECK_FAILED)
})

test('the committee of another rollup than the named one is refused', async () => {
  const liar = clientOf((ask, method, [, ...rest]) => ask(method, ['other', ...rest]))
  await assert.rejects(liar.proveCommittee('app'), CHECK_FAILED)
})

test('a record is of the Beacon block that holds it, whatever height the node gives it', async () => {
  const liar = clientOf(async (ask, method, params) => {
    if (method !== 'beacon_getRecord') return ask(method, [3])
    const answer: { beacon: object } = await ask(method, params)
    return { ...answer, beacon: { ...answer.beacon, height: 99 } }
  })
  const proven = await liar.proveRecord(1, record.headers[0]!)
  assert.equal(proven?.beaconHeight, 3)
})

test('validators that have changed are followed from the genesis, and not if that is not proven', async () => {
  const { app, ask } = await startChainWithOffender()
  const [change] = await app.chain.setChanges(epoch(0), 10)
  assert.equal(change!.epoch, 3)
  const { committee } = await clientOf((_, ...question) => ask(...question)).proveCommittee('app', 3)
  assert.deepEqual(committee, app.committee({ ...INSTANCE, epoch: epoch(3) }))

  type Answer = { epoch: number }[]
  const lies: ((changes: Answer) => Answer)[] = [
    () => [],
    (changes) => changes.map((one) => ({ ...one, epoch: one.epoch - 1 })),
    (changes) => [...changes, ...changes],
    // What stands in another entry of the state.
    (changes) => changes.map((one) => ({ ...one, epoch: one.epoch + 1 })),
  ]
  for (const lie of lies) {
    const liar = clientOf(async (_, method, params) => {
      const answer = await ask(method, params)
      return method === 'beacon_getValidatorSetChanges' ? lie(answer as Answer) : answer
    })
    await assert.rejects(liar.proveCommittee('app', 3), CHECK_FAILED)
  }
})

/** One of the validators is expelled in the first epoch, and the present one is the first without it. */
async function startChainWithOffender() {
  const { app } = await startNode(GENESIS)
  const committee = app.committee(beaconInstance(0))!
  const [a, b] = ['a', 'b'].map((text) => castVote(committee, 3, 'N', view(9), keccakHex(utf8(text))))
  app.pool.addEvidence(createEvidence(beaconInstance(0), a!, b!))
  await advanceTo(app, 26)
  return { app, ask: askerOf(app) }
}
