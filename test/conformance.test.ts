import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { verifyPlugin } from '../src/conformance.ts'
import type { Plugin } from '../src/plugin/plugin.ts'
import { overrideTask, task } from '../src/plugin/task.ts'
import { builtInTasks } from '../src/tasks/built-in.ts'

const plugin = (more: object): Plugin => ({ id: 'p', apiVersion: 1, ...more }) as Plugin
const lazy = (value: unknown) => async () => ({ default: value })

const GoodCommand = { summary: 'Do it.', run: async () => {} }

test('a plugin that keeps to the interfaces conforms', async () => {
  const base = { id: 'base', apiVersion: 1 }
  const conforming = plugin({
    dependencies: ['base'],
    config: { gas: lazy(z.object({ budget: z.int() })) },
    hooks: { rollup: lazy(() => ({ block: () => {} })) },
    tasks: [overrideTask(builtInTasks.wait).setInlineAction(async (_args, _context, runSuper) => runSuper())],
    commands: { 'do it': { summary: 'Do it.', load: lazy(GoodCommand) } },
  })
  await verifyPlugin(conforming, { dependencies: [base], config: { gas: { budget: 1 } } as object })
})

const WRONGS: [string, object, RegExp][] = [
  ['a hook that is none', { hooks: { rollup: lazy(() => ({ blok: () => {} })) } }, /rollup.*blok/],
  [
    'hooks without a handler',
    { hooks: { trace: lazy(() => ({})) } },
    /trace: there is none, of step, render/,
  ],
  ['a handler that is no function', { hooks: { trace: lazy(() => ({ step: 7 })) } }, /step is no function/],
  [
    'hooks that cannot be made',
    { hooks: { rpc: lazy(() => Promise.reject(new Error('odd'))) } },
    /hooks rpc.*odd/,
  ],
  ['a task without an action', { tasks: [task('t', 'd').setAction(lazy(undefined) as never)] }, /task t:/],
  ['a command that is none', { commands: { c: { summary: 's', load: lazy({}) } } }, /command c: .*class/],
  [
    'a command of two summaries',
    { commands: { c: { summary: 's', load: lazy(GoodCommand) } } },
    /another summary/,
  ],
  [
    'a schema that throws',
    { config: { gas: lazy({ '~standard': { version: 1, vendor: 'v', validate: throwing } }) } },
    /section gas.*throws at "text"/,
  ],
]

for (const [wrong, more, message] of WRONGS) {
  test(`${wrong} is found`, async () => {
    await assert.rejects(verifyPlugin(plugin(more)), { code: 'X116', message })
  })
}

test('all that is found is told at once', async () => {
  const wrong = plugin({
    hooks: { trace: lazy(() => ({})) },
    commands: { c: { summary: 's', load: lazy({}) } },
  })
  await assert.rejects(verifyPlugin(wrong), { code: 'X116', message: /hooks trace.*\n.*command c/ })
})

function throwing(value: unknown) {
  if (typeof value === 'string') throw new TypeError('no texts')
  return { value: {} }
}
