import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { parseArguments } from '../../src/plugin/arguments.ts'
import { definePlugin } from '../../src/plugin/plugin.ts'
import { overrideTask, task } from '../../src/plugin/task.ts'
import type { TaskDefinition } from '../../src/plugin/task-definition.ts'
import { TaskRegistry } from '../../src/plugin/task-registry.ts'
import { loadProject } from '../../src/project.ts'

const greet = task('greet', 'Greets')
  .addPositionalArgument({ name: 'who', description: 'whom' })
  .addPositionalArgument({ name: 'others', variadic: true, optional: true, type: 'int', description: 'more' })
  .addOption({ name: 'minStake', type: 'tokens', char: 'm', description: 'at least' })
  .addOption({ name: 'tone', choices: ['kind', 'curt'], default: 'kind', description: 'how' })
  .addFlag({ name: 'loud', char: 'l', description: 'or not' })
  .setInlineAction(async ({ who, tone, loud }) => `${tone} ${who}${loud ? '!' : ''}`)

function registered(...tasks: TaskDefinition[]) {
  return new TaskRegistry([{ plugin: 'test', tasks }])
}

function parse(words: string[]) {
  return parseArguments(registered(greet).get(['greet']), words)
}

test('reads what a person typed as values of the declared types', () => {
  assert.deepEqual(parse(['ann', '7', '8', '--min-stake', '0.5', '--tone=curt', '-l']), {
    who: 'ann',
    others: [7, 8],
    minStake: 5n * 10n ** 17n,
    tone: 'curt',
    loud: true,
  })
  assert.deepEqual(parse(['ann']), {
    who: 'ann',
    others: [],
    minStake: undefined,
    tone: 'kind',
    loud: false,
  })
})

test('reads every type of argument, and refuses texts that are none', () => {
  const cases = [
    ['int', '-7', -7, '7.5'],
    ['number', '0.25', 0.25, 'x'],
    ['boolean', 'true', true, 'yes'],
    ['bigint', '123456789012345678901234567890', 123456789012345678901234567890n, '1.5'],
    ['tokens', '1', 10n ** 18n, 'much'],
    ['address', `0x${'Ab'.repeat(20)}`, `0x${'ab'.repeat(20)}`, '0xab'],
    ['hash', `0x${'0F'.repeat(32)}`, `0x${'0f'.repeat(32)}`, '0x0f'],
    ['path', 'a/b', resolve('a/b'), ''],
  ] as const
  for (const [type, text, value, wrong] of cases) {
    const typed = task('typed', 'd').addOption({ name: 'value', type, description: 'd' } as never)
    const found = registered(typed.setInlineAction(() => {})).get(['typed'])
    assert.deepEqual(parseArguments(found, [`--value=${text}`]), { value }, type)
    assert.throws(() => parseArguments(found, [`--value=${wrong}`]), { code: 'X105' }, type)
  }
})

test('says what is wrong with what was typed, and guesses what was meant', () => {
  for (const [words, message] of [
    [[], /who.*missing/],
    [['ann', '--tone', 'rude'], /--tone.*'rude' is not one of kind, curt/],
    [['ann', 'x'], /others.*not a whole number/],
    [['ann', '--lout'], /did you mean --loud\?/],
    [['ann', '--min-stake'], /min-stake/],
  ] as const) {
    assert.throws(() => parse([...words]), { code: 'X105', message })
  }
})

test('a number has to be within its bounds, as typed and as default', () => {
  const bounded = (value: number) =>
    task('bounded', 'd')
      .addOption({ name: 'draws', type: 'int', min: 1, max: 9, default: value, description: 'd' })
      .setInlineAction(() => {})
  const found = registered(bounded(9)).get(['bounded'])
  assert.deepEqual(parseArguments(found, ['--draws', '1']), { draws: 1 })
  for (const [words, message] of [
    [['--draws', '0'], /a whole number, 1 or more, 9 or less/],
    [['--draws=-1'], /'-1' is not/],
    [['--draws', '-1'], /typed as --draws=VALUE$/],
  ] as const) {
    assert.throws(() => parseArguments(found, words), { code: 'X105', message })
  }
  assert.throws(() => registered(bounded(10)), { code: 'X101' })
})

test('finds a task by the longest run of words, and guesses at one that does not exist', () => {
  const tasks = registered(
    task('a', 'd').setInlineAction(() => {}),
    task('a b', 'd').setInlineAction(() => {}),
  )
  assert.deepEqual(tasks.match(['a', 'b', 'c']).path, ['a', 'b'])
  assert.deepEqual(tasks.match(['a', 'c']).path, ['a'])
  assert.throws(() => registered(greet).match(['great', 'ann']), { code: 'X104', hint: /beacon run greet/ })
})

test('refuses definitions that types cannot refuse', () => {
  const start = task('t', 'd')
  const optionalFirst = start
    .addPositionalArgument({ name: 'a', optional: true, description: 'd' })
    .addPositionalArgument({ name: 'b', description: 'd' })
  const afterVariadic = start
    .addPositionalArgument({ name: 'a', variadic: true, description: 'd' })
    .addPositionalArgument({ name: 'b', description: 'd' })
  const helpTaken = start.addFlag({ name: 'a', char: 'h', description: 'd' })
  const spelled = start.addFlag({ name: 'min-stake', description: 'd' })
  for (const wrong of [optionalFirst, afterVariadic, helpTaken, spelled, task('Not Words', 'd')]) {
    assert.throws(() => wrong.setInlineAction(() => {}), { code: 'X101' })
  }
})

test('two tasks of one name, and an override of nothing, name who defines them', () => {
  assert.throws(() => registered(greet, greet), { code: 'X102', message: /test/ })
  const override = overrideTask(greet).setInlineAction(async () => 'x')
  assert.throws(() => registered(override), { code: 'X103' })
})

test('an override runs instead of the original, and can run that with other arguments', async () => {
  const polite = overrideTask(greet)
    .addOption({ name: 'title', default: 'Dr', description: 'd' })
    .setInlineAction(async ({ title, who }, _, runSuper) => runSuper({ who: `${title} ${who}` }))
  const shouted = overrideTask(greet).setInlineAction(async (_args, _context, runSuper) =>
    (await runSuper()).toUpperCase(),
  )
  const plugin = definePlugin({ id: 'polite', apiVersion: 1, tasks: [polite] })
  const project = await loadProject({ config: { plugins: [plugin], tasks: [shouted] } }).catch(
    (cause) => cause,
  )
  assert.equal(project.code, 'X103')
  const base = definePlugin({ id: 'base', apiVersion: 1, tasks: [greet] })
  const whole = await loadProject({ config: { plugins: [base, plugin], tasks: [shouted] } })
  assert.equal(await whole.run(greet, { who: 'ann', loud: true }), 'KIND DR ANN!')
})

test('what an override hands to the original is checked as well, and what it leaves out stays', async () => {
  const odd = overrideTask(greet).setInlineAction(async ({ who }, _, runSuper) =>
    runSuper({ who: who === 'ann' ? (7 as never) : who, tone: undefined as never }),
  )
  const base = definePlugin({ id: 'base', apiVersion: 1, tasks: [greet] })
  const project = await loadProject({ config: { plugins: [base], tasks: [odd] } })
  await assert.rejects(project.run(greet, { who: 'ann' }), { code: 'X105' })
  assert.equal(await project.run(greet, { who: 'bob', tone: 'curt' }), 'curt bob')
})

test('a task that runs from code has its arguments checked, and may run another', async () => {
  const twice = task('twice', 'Greets two').setInlineAction(async (_, { run }) => [
    await run(greet, { who: 'a' }),
    await run(greet, { who: 'b', tone: 'curt' }),
  ])
  const project = await loadProject({ config: { tasks: [greet, twice] } })
  assert.deepEqual(await project.run(twice, {}), ['kind a', 'curt b'])
  await assert.rejects(project.run(greet, { who: 7 } as never), { code: 'X105' })
  await assert.rejects(project.run(greet, { who: 'a', wo: 'b' } as never), { code: 'X105' })
})

test('an action is loaded when its task runs, not before', async () => {
  let loads = 0
  const lazy = task('lazy', 'd').setAction(async () => {
    loads += 1
    return { default: async () => 'ran' }
  })
  const project = await loadProject({ config: { tasks: [lazy] } })
  assert.equal(loads, 0)
  assert.equal(await project.run(lazy, {}), 'ran')
  assert.equal(loads, 1)
})

test('prints for people where somebody looks on', async () => {
  const lines: string[] = []
  const speak = task('speak', 'd').setInlineAction(async (_, { print }) => print('hello'))
  const project = await loadProject({ config: { tasks: [speak] } })
  await project.run(speak, {}, { print: (line) => lines.push(line) })
  await project.run(speak, {})
  assert.deepEqual(lines, ['hello'])
})
