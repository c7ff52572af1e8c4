import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserConfig } from '../../src/config/config.ts'
import { describeProblem } from '../../src/config/problems.ts'
import { resolveConfig } from '../../src/config/resolve.ts'

async function resolve(faults: unknown) {
  return resolveConfig({ devnets: { default: { validators: 5, faults } } } as UserConfig, new Map())
}

async function problemsOf(...faults: readonly unknown[]): Promise<readonly string[]> {
  const resolution = await resolve(faults)
  return resolution.ok ? [] : resolution.problems.map(describeProblem)
}

test('a schedule is as it was written', async () => {
  const faults = [
    { at: 2, fault: { kind: 'partition', groups: [['validator-0'], ['validator-1', 'validator-2']] } },
    { expect: { rollup: 'app', standsStillMs: 3_000, withinMs: 10_000 } },
    { when: { epochs: 1 }, fault: { kind: 'heal' } },
    { expect: { rollup: 'app', rung: 'posted', withinMs: 20_000 }, after: 'heal' },
    { when: { rollup: 'app', blocks: 3 }, expect: { beaconBlocks: 2, withinMs: 5_000 } },
    { fault: { kind: 'kill', processes: ['l1', 'validator-4'] } },
    { expect: { offence: 'validator-4', withinMs: 5_000 } },
  ]
  const resolution = await resolve(faults)
  assert.ok(resolution.ok)
  assert.deepEqual(resolution.config.devnets.default.faults, faults)
  const plain = await resolve(undefined)
  assert.deepEqual(plain.ok && plain.config.devnets.default.faults, [])
})

test('what is wrong is found at its place', async () => {
  const heal = { fault: { kind: 'heal' } }
  for (const [step, problem] of [
    [{ fault: { kind: 'explode' } }, /^devnets\.default\.faults\[0\]\.fault\.kind: /],
    [{ fault: { kind: 'delay', processes: ['validator-1'], ms: 0 } }, /faults\[0\]\.fault\.ms: /],
    [{ fault: { kind: 'heal', hard: 1 } }, /faults\[0\]\.fault\.hard: there is no such setting/],
    [
      { fault: { kind: 'kill', processes: ['validator-9'] } },
      /fault\.processes\[0\]: there is no process 'valid/,
    ],
    [{ fault: { kind: 'partition', groups: [['x']] } }, /fault\.groups\[0\]\[0\]: there is no process 'x'/],
    [{ expect: { offence: 'validator-5', withinMs: 1 } }, /expect\.offence: there is no process/],
    [{ ...heal, at: -1 }, /faults\[0\]\.at: /],
    [{ ...heal, at: 1, when: { epochs: 1 } }, /faults\[0\]: a step begins at a time or/],
    [{ ...heal, when: { rollup: 'app' } }, /faults\[0\]\.when: a step waits for/],
    [{ ...heal, after: 'kill' }, /`after` belongs to an expectation/],
    [{}, /faults\[0\]: a step has either a fault or an expectation/],
    [{ expect: { rollup: 'app' } }, /expect\.withinMs: /],
    [{ expect: { withinMs: 1 } }, /expect: one thing is expected/],
    [{ expect: { rollup: 'app', beaconBlocks: 1, withinMs: 1 } }, /one thing is expected/],
    [{ expect: { beaconBlocks: 1, rung: 'soft', withinMs: 1 } }, /of a rollup/],
    [{ expect: { rollup: 'app', rung: 'proposed', withinMs: 1 } }, /expect\.rung: /],
    [{ expect: { rollup: 'app', rung: 'soft', standsStillMs: 1, withinMs: 1 } }, /reach a rung or/],
    [{ expect: { rollup: 'app', withinMs: 1 }, after: 'heal' }, /faults\[0\]\.after: no step before/],
  ] as const) {
    const [first = 'none', ...more] = await problemsOf(step)
    assert.match(first, problem)
    assert.deepEqual(more, [], first)
  }
  assert.deepEqual(await problemsOf(heal, { expect: { rollup: 'app', withinMs: 1 }, after: 'heal' }), [])
})
