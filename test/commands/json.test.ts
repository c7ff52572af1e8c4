/**
 * Every command of the built command line, and every task that all projects have, on one real network: with `--json` stdout is one object
 * of schema version 1, whatever happens. json/cases.ts has what each is given, json/answer.ts what its answer is held to.
 *
 * Some commands don't end by themselves, or talk. `devnet up` in the foreground answers when the network is up, and Ctrl-C then ends it without
 * another word; `exec` lets its program write to stderr, and answers when that has ended; `run watch` answers when it is stopped;
 * `devnet logs --follow` and `console` refuse --json. Help and versions are for people, and stay text.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { checkFailure, checkSuccess, type Done } from './json/answer.ts'
import { COMMANDS, type CommandCases, TASKS } from './json/cases.ts'
import { type Definition, readCommands, readTasks } from './json/definitions.ts'
import { Places } from './json/network.ts'

/** Each start is a process that keeps a core busy for a quarter of a second. */
const AT_ONCE = 3

const definitions = [...readCommands(), ...readTasks()]
const cases: Readonly<Record<string, CommandCases>> = {
  ...COMMANDS,
  ...Object.fromEntries(Object.entries(TASKS).map(([words, row]) => [`run ${words}`, row])),
}

test('every command and task has a row of cases, and each of its text flags a place in it', () => {
  const missing = definitions.flatMap(({ words, texts }) => {
    const row = cases[words]
    if (row === undefined) return [`a row for '${words}'`]
    const { first, succeeds, last, never } = row
    const answers = (first ?? succeeds ?? last ?? never) !== undefined
    const unknown = texts.filter((name) => row.texts?.[name] === undefined)
    return [
      ...(answers ? [] : [`a line that succeeds for '${words}', or why there is none`]),
      ...unknown.map((name) => `what --${name} of '${words}' refuses, in texts`),
    ]
  })
  assert.deepEqual(missing, [], 'to be added to json/cases.ts')
  const known = definitions.map(({ words }) => words)
  const gone = Object.keys(cases).filter((words) => !known.includes(words))
  assert.deepEqual(gone, [], 'json/cases.ts has rows of what is gone')
})

test('with --json every command prints one object, on success and on each error', async (t) => {
  await using places = new Places()
  const inOrder = (phase: 'first' | 'last') =>
    Object.entries(cases).flatMap(([words, row]) => (row[phase] ?? []).map((line) => ({ words, line })))

  for (const { words, line } of inOrder('first')) {
    await t.test(title(words, line), async () => {
      const result = checkSuccess(await places.run(typed(words, line)), words)
      if (words === 'devnet up') await makeWay(places, result)
    })
  }
  await t.test('while the network runs', { concurrency: AT_ONCE }, async (t) => {
    await Promise.all(definitions.flatMap((definition) => runCases(t, places, definition)))
  })
  for (const { words, line } of inOrder('last')) {
    if (words === 'devnet prune') await t.test('devnet up, and Ctrl-C', () => upAndInterrupt(places))
    await t.test(title(words, line), async () => {
      checkSuccess(await places.run(typed(words, line)), words)
    })
  }
})

test('what is no command is one object, too', async () => {
  await using places = new Places()
  for (const [line, command] of [
    ['nonsense --json', 'nonsense'],
    ['devnet nonsense --json', 'devnet nonsense'],
    ['accounts extra --json', 'accounts extra'],
    ['--json', ''],
    ['help --json', 'help'],
    ['autocomplete --json', 'autocomplete'],
  ] as const) {
    checkFailure(await places.runElsewhere(line), command, 'C101')
  }
})

/** Transactions and files that lines speak of. */
async function makeWay(places: Places, up: unknown): Promise<void> {
  const { rollups } = up as { rollups: { rpcUrl: string }[] }
  await places.sendTransactions(rollups[0]!.rpcUrl)
  const confirmation = await places.run(typed('confirmation get', '{tx}'))
  checkSuccess(confirmation, 'confirmation get')
  places.writeConfirmation(confirmation.stdout)
}

function runCases(t: TestContext, places: Places, { words, refused }: Definition): Promise<void>[] {
  const { succeeds = [], fails = [], needsDevnet, texts = {} } = cases[words] ?? {}
  const run = (line: string, check: (done: Done) => void) =>
    t.test(title(words, line), async () => check(await places.run(typed(words, line))))
  const refusedTexts = Object.entries(texts).flatMap(([name, text]) =>
    text === 'any' ? [] : [{ line: `--${name} ${text[0]} ${needsDevnet ?? ''}`, code: text[1] }],
  )
  return [
    ...succeeds.map((line) => run(line, (done) => void checkSuccess(done, words))),
    ...fails.map(([line, code, exit]) => run(line, (done) => void checkFailure(done, words, code, exit))),
    ...refusedTexts.map(({ line, code }) => run(line, (done) => void checkFailure(done, words, code))),
    ...refused.map(({ line, code, names }) =>
      run(line, (done) => assert.ok(checkFailure(done, words, code).includes(names))),
    ),
    ...(needsDevnet === undefined
      ? []
      : [
          t.test(`${title(words, needsDevnet)}, with no devnet`, async () => {
            checkFailure(await places.runElsewhere(typed(words, needsDevnet)), words, 'D304')
          }),
        ]),
  ]
}

/** Resumes the network in the foreground. */
async function upAndInterrupt(places: Places): Promise<void> {
  const { child, done } = places.start(typed('devnet up', ''))
  await Promise.race([once(child.stdout!, 'data'), done])
  child.kill('SIGINT')
  checkSuccess(await done, 'devnet up')
}

function typed(words: string, line: string): string {
  return `${words} --json ${line}`
}

function title(words: string, line: string): string {
  return `${words} ${line}`.trim()
}
