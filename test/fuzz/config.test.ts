import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { UserConfig } from '../../src/config/config.ts'
import { CONFIG_INVALID, describeProblem } from '../../src/config/problems.ts'
import { resolveConfig } from '../../src/config/resolve.ts'
import { anyJson, type Json, mutatedJson } from './json.ts'
import { fuzz } from './support.ts'

const config: Json = {
  devnets: {
    default: {
      validators: 7,
      seed: 'beacon',
      preset: 'fast',
      epochBlocks: 32,
      ports: 'auto',
      l1: 'anvil',
      rollups: [{ name: 'app', sequencers: 5, blockTime: 'instant', minStake: '0.5', lifetime: '10m' }],
    },
    ci: { rollups: [{ name: 'app' }, { name: 'game', chainId: 7_700_009, blockTime: 100 }] },
  },
}

fuzz(
  'whatever a configuration says, it is complete and frozen afterwards, or each problem is named with its place',
  1_000,
  fc.asyncProperty(
    fc.oneof({ arbitrary: mutatedJson(fc.constant(config)), weight: 5 }, anyJson),
    async (value) => {
      const resolved = await resolveConfig(value as UserConfig, new Map())
      if (resolved.ok) {
        assert.ok(Object.isFrozen(resolved.config.devnets.default.rollups))
        for (const { validators, rollups } of Object.values(resolved.config.devnets)) {
          assert.ok(rollups.every(({ sequencers }) => sequencers <= validators))
        }
      } else {
        assert.ok(resolved.problems.length > 0)
        const { code } = CONFIG_INVALID({
          file: 'beacon.config.ts',
          problems: resolved.problems.map(describeProblem),
        })
        assert.equal(code, 'C203')
      }
    },
  ),
)
