import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { checkGenesis } from '../../src/beacon/genesis.ts'
import { DEV_ACCOUNTS } from '../../src/devnet/dev-accounts.ts'
import { type GivenOptions, resolveOptions } from '../../src/devnet/options.ts'
import { planDevnet } from '../../src/devnet/plan.ts'
import { newGenesisParts } from '../../src/devnet/stored-genesis.ts'
import { createBlsScheme } from '../../src/platform/bls.ts'

const parts = newGenesisParts()
const plan = (given: GivenOptions = {}) => planDevnet(resolveOptions('default', given), parts)

test('the same options give the same plan', () => {
  assert.deepEqual(plan({ rollups: ['app'] }), plan({ rollups: ['app'] }))
})

test('the default network keeps its genesis hash', () => {
  assert.equal(plan().genesisHash, '0x656ef7e3ba631a1a9569726a9f5b6f2a3336df5f93b442dae99e4b9676b39573')
})

test("a rollup's lifetime is counted in the preset's Beacon blocks", () => {
  const blocks = (['fast', 'realistic'] as const).map(
    (preset) =>
      plan({ preset, rollups: [{ name: 'app', lifetimeMs: 20_200 }] }).genesis.rollups[0]!.lifetimeBlocks,
  )
  assert.deepEqual(blocks, [41, 21])
  assert.throws(() => plan({ rollups: [{ name: 'app', lifetimeMs: 1_000 }] }), /INVALID_LIFETIME/)
})

test('another seed gives other keys and another genesis', () => {
  const [a, b] = [plan({ seed: 'a' }), plan({ seed: 'b' })]
  assert.notEqual(a.genesisHash, b.genesisHash)
  const secrets = [a, b].flatMap(({ validators }) =>
    validators.flatMap(({ keys }) => Object.values(keys).slice(1)),
  )
  assert.equal(new Set(secrets).size, 2 * 7 * 4)
})

test('ports and names have no part in the genesis', () => {
  const renamed = planDevnet(resolveOptions('other', { ports: 'auto' }), parts)
  assert.equal(renamed.genesisHash, plan().genesisHash)
})

test('every preset gives a genesis that validators accept', () => {
  for (const preset of ['fast', 'realistic'] as const) {
    const { genesis } = plan({ preset, rollups: ['app', 'game'] })
    assert.equal(checkGenesis(genesis, createBlsScheme()), null)
  }
})

test('stakes differ, and nobody has a fifth of them', () => {
  const stakes = plan().validators.map(({ stake }) => stake)
  const total = stakes.reduce((sum, stake) => sum + stake)
  assert.equal(new Set(stakes).size, stakes.length)
  assert.ok(stakes.every((stake) => stake * 5n < total))
})

test('the dev accounts are those of the mnemonic that Hardhat and anvil use', () => {
  const mnemonic = Mnemonic.fromPhrase(`${'test '.repeat(11)}junk`)
  const derived = DEV_ACCOUNTS.map((_, i) => HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${i}`))
  assert.deepEqual(
    derived.map(({ address, privateKey }) => ({ address: address.toLowerCase(), privateKey })),
    DEV_ACCOUNTS,
  )
})

test('fixed ports are for the default devnet; others take what is free', () => {
  assert.deepEqual(plan().ports, { l1: 8545, beacon: 7545, rollups: 9545 })
  assert.deepEqual(planDevnet(resolveOptions('other', {}), parts).ports, { l1: 0, beacon: 0, rollups: 0 })
})

test('refuses what no devnet can be', () => {
  for (const validators of [4, 51, 5.5]) {
    assert.throws(() => resolveOptions('default', { validators }), { code: 'D501' })
  }
  for (const rollups of [['App'], ['a', 'a'], ['']]) {
    assert.throws(() => resolveOptions('default', { rollups }), { code: 'D502' })
  }
  assert.throws(() => resolveOptions('default', { rollups: [{ name: 'app', seats: 5 }] as never }), {
    code: 'D508',
  })
  for (const l1 of ['ganache', 'ftp://x', '']) {
    assert.throws(() => resolveOptions('default', { l1 }), { code: 'D503' })
  }
})

test('a rollup of the genesis is as it was asked for', () => {
  const [app, game] = plan({
    rollups: ['app', { name: 'game', sequencers: 7, blockTimeMs: 500, chainId: 4242, minStake: '1' }],
  }).genesis.rollups
  assert.deepEqual([app!.name, app!.chainId, app!.sequencers], ['app', 7_700_001, 5])
  assert.deepEqual([game!.chainId, game!.sequencers, game!.blockTimeMs, game!.minStake], [4242, 7, 500, 1n])
})

test('a rollup that no committee could sequence is refused before a process starts', () => {
  for (const rollup of [
    { sequencers: 4 },
    { sequencers: 8 },
    { chainId: 1 },
    { minStake: `9${'0'.repeat(24)}` },
  ]) {
    assert.throws(() => plan({ rollups: [{ name: 'app', ...rollup }] }), { code: 'B103' })
  }
})
