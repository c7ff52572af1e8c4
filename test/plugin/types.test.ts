/** The types that lead plugin authors: what compiles, and, after each `@ts-expect-error`, what must not. `npm run check` is the test. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TaskContext } from '../../src/plugin/context.ts'
import { defineConfig } from '../../src/plugin/define-config.ts'
import { defineHooks } from '../../src/plugin/hook-types.ts'
import { definePlugin } from '../../src/plugin/plugin.ts'
import type { Project } from '../../src/plugin/project.ts'
import { overrideTask, task } from '../../src/plugin/task.ts'
import type { ArgsOf, InputOf, ResultOf } from '../../src/plugin/task-definition.ts'
import type { Hex } from '../../src/primitives/bytes.ts'

type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? 'equal' : ['differ', A, B]
const equal = <Verdict extends 'equal'>(verdict?: Verdict) => verdict

const report = task(['stake', 'report'], 'Prints who has how much at stake')
  .addPositionalArgument({ name: 'rollup', description: 'of which' })
  .addPositionalArgument({ name: 'others', variadic: true, optional: true, description: 'and these' })
  .addOption({ name: 'top', type: 'int', default: 10, description: 'only so many' })
  .addOption({ name: 'minStake', type: 'tokens', description: 'at least' })
  .addOption({ name: 'from', type: 'address', required: true, description: 'whose' })
  .addOption({ name: 'sort', choices: ['stake', 'name'], default: 'stake', description: 'by what' })
  .addFlag({ name: 'csv', description: 'as comma-separated values' })
  .setInlineAction(async ({ top, csv }) => ({ rows: top, csv }))

test('an action gets the types of its arguments, and a caller may leave out what has a default', () => {
  interface Args {
    readonly rollup: string
    readonly others: readonly string[]
    readonly top: number
    readonly minStake: bigint | undefined
    readonly from: Hex
    readonly sort: 'stake' | 'name'
    readonly csv: boolean
  }
  equal<Equals<ArgsOf<typeof report>, Args>>()
  interface Input {
    readonly rollup: string
    readonly others?: readonly string[]
    readonly top?: number
    readonly minStake?: bigint | undefined
    readonly from: Hex
    readonly sort?: 'stake' | 'name'
    readonly csv?: boolean
  }
  equal<Equals<InputOf<typeof report>, Input>>()
  equal<Equals<ResultOf<typeof report>, { rows: number; csv: boolean }>>()
  assert.deepEqual(report.path, ['stake', 'report'])
})

/** Never called: compiling it is the test. */
export function misuse(project: Project): void {
  const start = task('t', 'd')
  // @ts-expect-error: a default of another type
  start.addOption({ name: 'top', type: 'int', default: 'ten', description: 'd' })
  // @ts-expect-error: a default that is none of the choices
  start.addOption({ name: 'sort', choices: ['a', 'b'], default: 'c', description: 'd' })
  // @ts-expect-error: no such type
  start.addOption({ name: 'top', type: 'integer', description: 'd' })
  // @ts-expect-error: every command has --name
  start.addOption({ name: 'name', description: 'd' })
  // @ts-expect-error: two arguments of one name
  start.addFlag({ name: 'csv', description: 'd' }).addOption({ name: 'csv', description: 'd' })
  // @ts-expect-error: no description
  start.addFlag({ name: 'csv' })

  const top = start.addOption({ name: 'top', type: 'int', default: 10, description: 'd' })
  // @ts-expect-error: there is no such argument
  top.setInlineAction(async ({ tops }) => tops)
  // @ts-expect-error: an action that takes a string where it gets a number
  top.setAction(async () => ({ default: async (_: { top: string }) => {} }))
  // @ts-expect-error: an action that needs an argument that the task hasn't
  top.setAction(async () => ({ default: async (_: { top: number; csv: boolean }) => {} }))
  // @ts-expect-error: a module without a default export
  top.setAction(async () => ({ action: async () => {} }))
  top.setAction(async () => ({ default: async (_: { top: number }, _context: TaskContext) => 'fine' }))

  // @ts-expect-error: what is required is missing
  void project.run(report, { rollup: 'app' })
  // @ts-expect-error: a number for a text
  void project.run(report, { rollup: 7, from: '0x' })
  const result = project.run(report, { rollup: 'app', from: '0x00' })
  equal<Equals<typeof result, Promise<{ rows: number; csv: boolean }>>>()

  overrideTask(report)
    .addFlag({ name: 'loud', description: 'd' })
    .setInlineAction(async ({ loud, top: count }, _, runSuper) => {
      equal<Equals<typeof loud, boolean>>()
      return runSuper({ rollup: 'app', from: '0x', top: count })
    })
  // @ts-expect-error: a result that callers of the original don't expect
  overrideTask(report).setInlineAction(async () => 'text')
  // @ts-expect-error: the original has it
  overrideTask(report).addFlag({ name: 'csv', description: 'd' })

  definePlugin({ id: 'p', apiVersion: 1, tasks: [report] })
  // @ts-expect-error: without a version of the API
  definePlugin({ id: 'p' })
  // @ts-expect-error: nothing is called that
  definePlugin({ id: 'p', apiVersion: 1, hook: {} })
  // @ts-expect-error: there is no such category
  definePlugin({ id: 'p', apiVersion: 1, hooks: { rollups: async () => ({ default: () => ({}) }) } })
  const render = defineHooks('trace', () => ({ render: (lines) => lines }))
  // @ts-expect-error: handlers of another category
  definePlugin({ id: 'p', apiVersion: 1, hooks: { rollup: async () => ({ default: render }) } })
  // @ts-expect-error: a builder is no task before it has an action
  definePlugin({ id: 'p', apiVersion: 1, tasks: [task('t', 'd')] })
  // @ts-expect-error: a section that is in no interface
  definePlugin({ id: 'p', apiVersion: 1, config: { gas: async () => ({ default: {} }) } })

  defineHooks('rollup', () => ({ confirmation: ({ rung }) => void rung.length }))
  // @ts-expect-error: no hook of that name
  defineHooks('rollup', () => ({ confirmed: () => {} }))
  // @ts-expect-error: no such member of the event
  defineHooks('rollup', () => ({ confirmation: ({ rungs }) => void rungs }))
  // @ts-expect-error: a handler in a chain gives on what it was given
  defineHooks('trace', () => ({ render: () => 7 }))
  // @ts-expect-error: there is no resolved configuration yet
  defineHooks('config', ({ config }) => ({ extend: (user) => ({ ...user, ...config }) }))

  void project.hooks.chain('trace', 'render', ['line'], { tx: '0x', rollup: 'app' })
  void project.hooks.parallel('devnet', 'stopping', { name: 'default', dir: '/' })
  // @ts-expect-error: a chain can't be told in parallel
  void project.hooks.parallel('trace', 'render', ['line'])
  // @ts-expect-error: an observer is in no chain
  void project.hooks.chain('devnet', 'stopping', { name: 'default', dir: '/' }, undefined)

  defineConfig({ devnets: { default: { validators: 9, rollups: [{ name: 'app', blockTime: 500 }] } } })
  // @ts-expect-error: no such setting
  defineConfig({ devnets: { default: { validator: 9 } } })
  // @ts-expect-error: a rollup needs a name
  defineConfig({ devnets: { default: { rollups: [{ sequencers: 5 }] } } })
  // @ts-expect-error: no plugin
  defineConfig({ plugins: ['beacon-plugin-gas'] })
  // @ts-expect-error: what is resolved is frozen
  project.config.devnets.default.validators = 9
}
