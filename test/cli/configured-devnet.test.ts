import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configuredOptions, configuredRollup, namedRollups } from '../../src/cli/configured-devnet.ts'
import type { UserConfig } from '../../src/config/config.ts'
import { loadProject } from '../../src/project.ts'

const project = (devnets: UserConfig['devnets']) => loadProject({ config: { devnets: devnets! } })

test('gives what was written about a devnet, and leaves defaults to whoever starts it', async () => {
  const configured = await project({ ci: { validators: 9, l1: 'none' } })
  assert.deepEqual(configuredOptions(configured, 'ci'), { validators: 9, l1: 'none' })
  assert.deepEqual(configuredOptions(configured, 'default'), {})
  assert.deepEqual(configuredOptions(configured, 'other'), {})
})

test('gives rollups whole, each with a chain id that no other has', async () => {
  const rollups = [
    { name: 'a' },
    { name: 'b', chainId: 7_700_001, blockTime: 500, minStake: '2', lifetime: '90s' },
    { name: 'c', sequencers: 6 },
  ] as const
  const { rollups: given } = configuredOptions(await project({ ci: { rollups } }), 'ci')
  assert.deepEqual(given, [
    { name: 'a', sequencers: 5, vm: 'evm', chainId: 7_700_002, blockTimeMs: 0, minStake: '0' },
    {
      name: 'b',
      sequencers: 5,
      vm: 'evm',
      chainId: 7_700_001,
      blockTimeMs: 500,
      minStake: (2n * 10n ** 18n).toString(),
      lifetimeMs: 90_000,
    },
    { name: 'c', sequencers: 6, vm: 'evm', chainId: 7_700_003, blockTimeMs: 0, minStake: '0' },
  ])
})

test('rollups that a flag names are as configured, or a name alone, without chain ids that clash', async () => {
  const rollups = [{ name: 'a', sequencers: 6 }, { name: 'b' }]
  const configured = await project({ ci: { rollups, validators: 9 } })
  assert.deepEqual(namedRollups(configured, 'ci', ['x', 'y']), ['x', 'y'])
  const [x, a] = namedRollups(configured, 'ci', ['x', 'a'])
  assert.deepEqual(x, { name: 'x', chainId: 7_700_001 })
  assert.deepEqual(a, {
    name: 'a',
    sequencers: 6,
    vm: 'evm',
    chainId: 7_700_002,
    blockTimeMs: 0,
    minStake: '0',
  })
})

test('finds the rollup that is to be created by its name and that of its devnet', async () => {
  const configured = await project({ ci: { rollups: [{ name: 'game', sequencers: 6 }] } })
  assert.equal(configuredRollup(configured, 'ci', 'game')?.sequencers, 6)
  assert.equal(configuredRollup(configured, 'ci', undefined), null)
  assert.equal(configuredRollup(configured, 'default', 'game'), null)
})
