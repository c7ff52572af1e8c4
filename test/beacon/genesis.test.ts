import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BeaconGenesis, checkGenesis, genesisHash } from '../../src/beacon/genesis.ts'
import { genesisToJson, parseGenesisJson } from '../../src/beacon/genesis-json.ts'
import { createGenesis, rollupSpec, scheme, TOKEN } from './fixture.ts'

const GENESIS = createGenesis({
  rollups: [rollupSpec({ alloc: [{ address: `0x${'11'.repeat(20)}`, balance: 5n }] })],
})

test('the genesis survives its JSON form', () => {
  const json: unknown = JSON.parse(JSON.stringify(genesisToJson(GENESIS)))
  assert.deepEqual(parseGenesisJson(json), GENESIS)
  assert.equal(checkGenesis(GENESIS, scheme), null)
})

test('the hash names everything but the forks', () => {
  assert.equal(genesisHash({ ...GENESIS, forks: [{ id: 9, after: [] }] }), genesisHash(GENESIS))
  assert.notEqual(genesisHash({ ...GENESIS, time: GENESIS.time + 1 }), genesisHash(GENESIS))
  assert.notEqual(genesisHash({ ...GENESIS, chainId: 1 }), genesisHash(GENESIS))
})

test('a malformed file is refused with the path of what is wrong', () => {
  const json = genesisToJson(GENESIS)
  const wrong = { ...json, validators: [{ ...json.validators[0], stake: '01' }], unknown: 1 }
  assert.throws(
    () => parseGenesisJson(wrong),
    (error: { issues: { path: PropertyKey[] }[] }) =>
      error.issues.some(({ path }) => path.join('.') === 'validators.0.stake') && error.issues.length === 2,
  )
})

test('what a genesis must not say is refused with its reason', () => {
  const [first, second, ...rest] = GENESIS.validators
  const cases: [Partial<BeaconGenesis>, string][] = [
    [{ validators: GENESIS.validators.slice(0, 4) }, 'TOO_FEW_STAKED_VALIDATORS'],
    [
      { validators: [first!, { ...second!, proofOfPossession: first!.proofOfPossession }, ...rest] },
      'INVALID_PROOF_OF_POSSESSION',
    ],
    [{ validators: [first!, { ...second!, account: first!.account }, ...rest] }, 'DUPLICATE_KEY'],
    [{ validators: [first!, { ...second!, networkKey: first!.networkKey }, ...rest] }, 'DUPLICATE_KEY'],
    [{ chainId: 5 }, 'INVALID_PROOF_OF_POSSESSION'],
    [{ accounts: [GENESIS.accounts[0]!, GENESIS.accounts[0]!] }, 'DUPLICATE_ACCOUNT'],
    [{ params: { ...GENESIS.params, epochLength: 3 } }, 'EPOCH_TOO_SHORT'],
    [{ rollups: [rollupSpec(), rollupSpec({ chainId: 5 })] }, 'NAME_TAKEN'],
    [{ rollups: [rollupSpec(), rollupSpec({ name: 'other' })] }, 'CHAIN_ID_TAKEN'],
    [{ rollups: [rollupSpec({ chainId: 31337 })] }, 'INVALID_CHAIN_ID'],
    [{ rollups: [rollupSpec({ sequencers: 8 })] }, 'TOO_FEW_VALIDATORS'],
    [{ rollups: [rollupSpec({ minStake: 1001n * TOKEN })] }, 'TOO_FEW_VALIDATORS'],
  ]
  for (const [fields, reason] of cases) {
    assert.equal(checkGenesis({ ...GENESIS, ...fields }, scheme)?.reason, reason)
  }
})
