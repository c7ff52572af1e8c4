import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import type { UserConfig } from '../../src/config/config.ts'
import { formatPath } from '../../src/config/problems.ts'
import { resolveConfig } from '../../src/config/resolve.ts'
import { rollupSchema } from '../../src/config/rollup.ts'

async function resolved(user: UserConfig) {
  const resolution = await resolveConfig(user, new Map())
  assert.ok(resolution.ok)
  return resolution.config
}

/** Paths of what is wrong with `user`. */
async function wrongPaths(user: unknown, sections = new Map()): Promise<string[]> {
  const resolution = await resolveConfig(user as UserConfig, sections)
  assert.ok(!resolution.ok)
  return resolution.problems.map(({ path }) => formatPath(path))
}

test('resolves nothing to the devnet that `devnet up` starts without a configuration', async () => {
  const { devnets } = await resolved({})
  assert.deepEqual(devnets, {
    default: {
      name: 'default',
      validators: 7,
      seed: 'beacon',
      preset: 'fast',
      epochBlocks: null,
      ports: 'fixed',
      l1: 'anvil',
      rollups: [],
      faults: [],
    },
  })
})

test('fills in what a rollup leaves out, and turns times and amounts into their units', async () => {
  const rollups = [
    { name: 'app' },
    { name: 'game', blockTime: 500, minStake: '0.5', chainId: 77, lifetime: '10m' },
  ]
  const { devnets } = await resolved({ devnets: { ci: { rollups } } })
  const evm = 'evm' as const
  assert.deepEqual(devnets.ci!.rollups, [
    {
      name: 'app',
      sequencers: 5,
      vm: evm,
      blockTimeMs: 0,
      chainId: null,
      minStakeWei: 0n,
      lifetimeMs: null,
    },
    {
      name: 'game',
      sequencers: 5,
      vm: evm,
      blockTimeMs: 500,
      chainId: 77,
      minStakeWei: 5n * 10n ** 17n,
      lifetimeMs: 600_000,
    },
  ])
})

test('gives only the devnet `default` fixed ports of its own accord', async () => {
  const { devnets } = await resolved({ devnets: { ci: {}, loud: { ports: 'fixed' } } })
  assert.deepEqual(
    [devnets.default.ports, devnets.ci!.ports, devnets.loud!.ports],
    ['fixed', 'auto', 'fixed'],
  )
})

test('reports every problem at once, each with its path', async () => {
  const user = {
    devnet: {},
    devnets: {
      default: { validators: 3, l1: 'ganache', rollups: [{ name: 'Not A Name', sequencers: 4 }] },
      'Bad Name': {},
      ci: { rollups: [{ name: 'app', sequencers: 9, lifetime: '600 blocks' }, { name: 'app' }], seeds: 'x' },
    },
  }
  assert.deepEqual((await wrongPaths(user)).sort(), [
    'devnet',
    'devnets.ci.rollups[0].lifetime',
    'devnets.ci.rollups[0].sequencers',
    'devnets.ci.rollups[1].name',
    'devnets.ci.seeds',
    'devnets.default.l1',
    'devnets.default.rollups[0].name',
    'devnets.default.rollups[0].sequencers',
    'devnets.default.rollups[0].sequencers',
    'devnets.default.validators',
    "devnets['Bad Name']",
  ])
})

test('sees what rollups must be to one another and to their devnet', async () => {
  const rollups = [
    { name: 'app', chainId: 5, sequencers: 8 },
    { name: 'app', chainId: 5 },
  ]
  assert.deepEqual(await wrongPaths({ devnets: { default: { rollups } } }), [
    'devnets.default.rollups[0].sequencers',
    'devnets.default.rollups[1].name',
    'devnets.default.rollups[1].chainId',
  ])
})

test('refuses chain ids that are taken or would confuse tools', async () => {
  for (const chainId of [0, 1, 1337, 31_337, 7_700_000]) {
    assert.equal(rollupSchema.safeParse({ name: 'app', chainId }).success, false, String(chainId))
  }
})

test('guesses what was meant by a setting that does not exist', async () => {
  const resolution = await resolveConfig({ devnets: { default: { validator: 7 } } } as UserConfig, new Map())
  assert.ok(!resolution.ok)
  assert.match(resolution.problems[0]!.message, /did you mean 'validators'\?/)
})

test('a configuration that is no object is one problem, and so are devnets that are none', async () => {
  assert.deepEqual(await wrongPaths(7), [''])
  assert.deepEqual(await wrongPaths({ devnets: [] }), ['devnets'])
})

test('checks the section of a plugin by its schema, and gives its defaults', async () => {
  const sections = new Map([['gas', z.object({ budget: z.int().default(9) }).prefault({})]])
  const resolution = await resolveConfig({}, sections)
  assert.ok(resolution.ok)
  assert.deepEqual((resolution.config as unknown as { gas: unknown }).gas, { budget: 9 })
  assert.deepEqual(await wrongPaths({ gas: { budget: 'x' }, devnets: { default: { seed: 1 } } }, sections), [
    'devnets.default.seed',
    'gas.budget',
  ])
})

test('freezes the resolved configuration to its leaves', async () => {
  const { devnets } = await resolved({ devnets: { default: { rollups: [{ name: 'app' }] } } })
  assert.throws(() => Object.assign(devnets.default.rollups[0]!, { name: 'other' }), TypeError)
  assert.throws(() => (devnets.default.rollups as unknown[]).push({}), TypeError)
})

test('so many validators that there is no memory for their names are a problem, and not the end', async () => {
  const resolved = await resolveConfig({ devnets: { default: { validators: 2 ** 52 } } }, new Map())
  assert.equal(resolved.ok, false)
})
