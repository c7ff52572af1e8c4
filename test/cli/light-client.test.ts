import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { genesisToJson } from '../../src/beacon/genesis-json.ts'
import { createBeaconMethods } from '../../src/beacon/rpc.ts'
import { LightClient } from '../../src/cli/light-client.ts'
import { epoch, rollupId } from '../../src/primitives/ids.ts'
import type { RpcClient } from '../../src/rpc/client.ts'
import {
  advanceTo,
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

const { app, call, record } = await startChain()

async function startChain() {
  const rollups = [rollupSpec(), rollupSpec({ name: 'other', chainId: 7_700_002 })]
  const genesis = createGenesis({ params: { epochLength: 8 }, rollups })
  writeFileSync(join(folder, 'genesis.json'), JSON.stringify(genesisToJson(genesis)))
  const { app } = await startNode(genesis)
  await advanceTo(app, 2)
  const chain = new RollupChain(INSTANCE)
  const record = chain.record(app.committee(INSTANCE)!, [chain.next(referenceTo(app))])
  app.pool.addRecord(record)
  await advanceTo(app, 4)
  const methods = createBeaconMethods(app, { clientVersion: 'beacon/test' })
  const call: Ask = async (name, params) =>
    JSON.parse(JSON.stringify((await methods[name]!(params, { subscriptions: null })) ?? null))
  return { app, call, record }
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
