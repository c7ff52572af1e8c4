/** What follows from a seed, as seen from outside. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, FaultyNetwork } from './network.ts'

/** Everything about a new network that its seed decides. */
async function bornFrom(seed: string): Promise<Record<string, unknown>> {
  await using network = new FaultyNetwork()
  const { beacon } = await network.up('--seed', seed, '--rollup', 'app', '--l1', 'none')
  const committees = await Promise.all(
    [0, 1].map((epoch) => call<{ seats: object[] }>(beacon.rpcUrl, 'beacon_getCommittee', ['app', epoch])),
  )
  return {
    genesisHash: beacon.genesisHash,
    keys: beacon.validators.map(({ pubkey }) => pubkey),
    addresses: beacon.validators.map(({ address }) => address),
    committees: committees.map(({ seats }) => seats),
  }
}

test('the same seed gives the same genesis, keys, addresses and first committees; another seed gives others', async () => {
  const first = await bornFrom('pull request 17')
  assert.deepEqual(await bornFrom('pull request 17'), first)
  const other = await bornFrom('pull request 18')
  for (const key of Object.keys(first)) assert.notDeepEqual(other[key], first[key], key)
})
