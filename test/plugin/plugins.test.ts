import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import type { HookCategory } from '../../src/plugin/hook-types.ts'
import type { Plugin } from '../../src/plugin/plugin.ts'
import { loadProject } from '../../src/project.ts'

const plugin = (id: string, more: object = {}): Plugin => ({ id, apiVersion: 1, ...more }) as Plugin

const hooked = (id: string, category: HookCategory, handlers: object, more: object = {}) =>
  plugin(id, { hooks: { [category]: async () => ({ default: () => handlers }) }, ...more })

function load(plugins: unknown, rest: object = {}) {
  return loadProject({ config: { plugins, ...rest } as never })
}

test('plugins come after what they depend on, and else as they are listed', async () => {
  const listed = [plugin('c', { dependencies: ['a'] }), plugin('b'), plugin('a')]
  const { plugins } = await load(listed)
  assert.deepEqual(
    plugins.map(({ id }) => id),
    ['a', 'c', 'b'],
  )
})

test('a missing dependency and a circle of dependencies are named', async () => {
  await assert.rejects(load([plugin('a', { dependencies: ['b'] })]), {
    code: 'X114',
    message: /'a' needs 'b'/,
  })
  const circle = [plugin('a', { dependencies: ['b'] }), plugin('b', { dependencies: ['a'] })]
  await assert.rejects(load(circle), { code: 'X115', message: /a -> b -> a/ })
})

test('a plugin that is made for another version of the API is refused, whatever else it has', async () => {
  const future = { id: 'new', apiVersion: 2, entirely: 'different' }
  await assert.rejects(load([future]), { code: 'X111', message: /'new'.*version 2.*version 1/ })
})

test('what is no plugin is refused by its name or place', async () => {
  for (const [listed, message] of [
    [7, /a list/],
    [[null], /number 1/],
    [[plugin('Not An Id')], /Not An Id/],
    [[plugin('a'), plugin('a')], /'a'.*twice/],
    [[plugin('a', { task: [] })], /'a'.*'task'/],
    [[plugin('a', { hooks: { rollups: () => {} } })], /'a'.*'rollups'/],
    [[plugin('a', { hooks: { rollup: {} } })], /'a'.*function/],
    [[plugin('a', { config: { devnets: () => {} } })], /'a'.*'devnets'/],
    [[plugin('a', { commands: { 'Hello World': { load: () => {} } } })], /'a'.*Hello World/],
    [[plugin('a', { tasks: [{}] })], /'a'.*action/],
  ] as const) {
    await assert.rejects(load(listed), { code: 'X110', message })
  }
})

test("a plugin's section is checked with the rest, and its defaults are filled in", async () => {
  const gas = plugin('gas', {
    config: { gas: async () => ({ default: z.object({ budget: z.int().default(9) }).prefault({}) }) },
  })
  const { config } = await load([gas])
  assert.deepEqual((config as unknown as { gas: unknown }).gas, { budget: 9 })
  await assert.rejects(load([gas], { gas: { budget: 'x' }, devnets: { default: { validators: 1 } } }), {
    code: 'C203',
    message: /devnets\.default\.validators.*gas\.budget/s,
  })
})

test('a schema that cannot be loaded, or is none, names the plugin and the section', async () => {
  const broken = plugin('gas', { config: { gas: async () => Promise.reject(new Error('odd')) } })
  await assert.rejects(load([broken]), { code: 'X112', message: /'gas'.*odd/ })
  await assert.rejects(load([plugin('gas', { config: { gas: async () => ({ default: {} }) } })]), {
    code: 'X110',
  })
})

test('plugins extend, validate and resolve the configuration', async () => {
  const extending = hooked('extending', 'config', {
    extend: (user: object, next: (value: object) => unknown) =>
      next({ ...user, devnets: { ci: { validators: 9 } } }),
    resolve: async (config: { devnets: object }, next: (value: object) => Promise<object>) => ({
      ...(await next(config)),
      extra: true,
    }),
  })
  const { config, written } = await load([extending])
  assert.equal(config.devnets.ci?.validators, 9)
  assert.deepEqual(written, { ci: ['validators'] })
  assert.equal((config as unknown as { extra: boolean }).extra, true)
  assert.ok(Object.isFrozen(config))
  const validating = hooked('validating', 'config', {
    validate: () => [{ path: ['devnets', 'ci'], message: 'not on a Friday' }],
  })
  await assert.rejects(load([validating], { devnets: { default: { seed: 7 } } }), {
    code: 'C203',
    message: /default\.seed.*devnets\.ci: not on a Friday/s,
  })
})

test('a value in a chain goes through what comes first, around what comes later', async () => {
  const adding = (word: string) => ({
    render: async (lines: string[], next: (lines: string[]) => Promise<string[]>) => [
      ...(await next([...lines, `${word} in`])),
      `${word} out`,
    ],
  })
  const plugins = [hooked('a', 'trace', adding('a')), hooked('b', 'trace', adding('b'))]
  const { hooks } = await load(plugins)
  const event = { tx: '0x', rollup: 'app' } as const
  assert.deepEqual(await hooks.chain('trace', 'render', ['start'], event), [
    'start',
    'a in',
    'b in',
    'b out',
    'a out',
  ])
})

test('observers are told in series or all at once', async () => {
  const order: string[] = []
  const telling = (id: string, turns: number) =>
    hooked(id, 'devnet', {
      stopping: async () => {
        for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        order.push(id)
      },
    })
  const { hooks } = await load([telling('slow', 9), telling('quick', 0)])
  const event = { name: 'default', dir: '/' }
  await hooks.series('devnet', 'stopping', event)
  await hooks.parallel('devnet', 'stopping', event)
  assert.deepEqual(order, ['slow', 'quick', 'quick', 'slow'])
})

test('a hook that throws names its plugin, unless it throws an error for people', async () => {
  const throwing = hooked('bad', 'devnet', {
    planned: () => {
      throw new Error('odd')
    },
  })
  const { hooks } = await load([throwing])
  const event = { name: 'default', dir: '/', options: {} }
  await assert.rejects(hooks.series('devnet', 'planned', event), {
    code: 'X113',
    message: /'bad'.*devnet\.planned: odd/,
  })
})

test('a handler that no category has is refused when the category is first called', async () => {
  const { hooks } = await load([hooked('bad', 'devnet', { stoped: () => {} })])
  assert.ok(hooks.has('devnet') && !hooks.has('rollup'))
  await assert.rejects(hooks.series('devnet', 'stopping', { name: 'default', dir: '/' }), {
    code: 'X110',
    message: /stoped/,
  })
})

test('hook modules are loaded once, when their category is first called', async () => {
  let loads = 0
  const lazy = plugin('lazy', {
    hooks: {
      devnet: async () => {
        loads += 1
        return { default: () => ({}) }
      },
    },
  })
  const { hooks } = await load([lazy])
  assert.equal(loads, 0)
  for (let i = 0; i < 2; i++) await hooks.series('devnet', 'stopping', { name: 'default', dir: '/' })
  assert.equal(loads, 1)
})
