/** The examples in the help of commands: every flag and argument is in one, and all of them are understood. Runs none of them. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { type Command, Config } from '@oclif/core'
import { commandLineOptions } from '../../src/cli/run.ts'
import { splitTaskWords } from '../../src/cli/task-words.ts'
import { parseArguments } from '../../src/plugin/arguments.ts'
import { loadProject } from '../../src/project.ts'

interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>
  readonly args: Readonly<Record<string, unknown>>
  readonly metadata: { readonly flags: Readonly<Record<string, { readonly setFromDefault?: boolean }>> }
}

const root = join(import.meta.dirname, '../..')
/** As in oclif.manifest.json, which the build makes of the commands. */
const commands = Object.values(
  JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')).commands,
) as Command.Cached[]
const ids = commands.map(({ id }) => id.replaceAll(':', ' '))

let config: Config
before(async () => {
  config = await Config.load(commandLineOptions())
})

for (const command of commands) {
  const words = command.id.replaceAll(':', ' ')
  test(`the examples of '${words}' are understood, and show each of its flags and arguments`, async () => {
    const shown = new Set<string>()
    const lines = (command.examples ?? []).flatMap(beaconLines)
    assert.ok(
      lines.some(({ id }) => id === words),
      'there is an example',
    )
    for (const { id, argv } of lines) {
      const given = await parse(id, argv)
      if (id === words) for (const name of given) shown.add(name)
    }
    const own = Object.values(command.flags).filter(
      ({ helpGroup, hidden }) => helpGroup !== 'GLOBAL' && !hidden,
    )
    const all = [...own.map(({ name }) => `--${name}`), ...Object.keys(command.args)]
    assert.deepEqual(
      all.filter((name) => !shown.has(name)),
      [],
      'to be shown in examples',
    )
  })
}

test('flags that all commands have are in examples of some', () => {
  const text = JSON.stringify(commands.map(({ examples }) => examples))
  for (const flag of ['--json', '--name', '--dir', '--timeout']) assert.ok(text.includes(` ${flag}`), flag)
})

/** Each use of beacon in an example's line of shell. */
function beaconLines(example: Command.Example): { id: string; argv: string[] }[] {
  const line = typeof example === 'string' ? example : example.command
  const parts = line.replaceAll('<%= config.bin %>', 'beacon').split(/ (?:&&|\||>>?) /)
  const used = parts.map(shellWords).filter(([program]) => program === 'beacon')
  assert.ok(used.length > 0, `'${line}' uses beacon`)
  return used.map(([, ...argv]) => {
    const id = ids
      .filter((one) => `${argv.join(' ')} `.startsWith(`${one} `))
      .sort((a, b) => b.length - a.length)[0]
    assert.ok(id !== undefined, `'${line}' names a command`)
    return { id, argv: argv.slice(id.split(' ').length) }
  })
}

function shellWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare!,
  )
}

/** By the command's own definition. Returns what was given. */
async function parse(id: string, argv: string[]): Promise<string[]> {
  if (id === 'run') return parseTask(argv)
  const Class = (await import(join(root, 'src/commands', `${id.replaceAll(' ', '/')}.ts`))).default
  const { flags, args, metadata } = (await new Class(argv, config).parse(Class)) as Parsed
  const typed = Object.keys(flags).filter((name) => metadata.flags[name]?.setFromDefault !== true)
  const words = Object.keys(args).filter((name) => args[name] !== undefined)
  return [...typed.map((name) => `--${name}`), ...words]
}

async function parseTask(argv: string[]): Promise<string[]> {
  const { tasks } = await loadProject({ folder: root })
  const { flags, words, rest } = splitTaskWords(argv)
  const task = tasks.match(words)
  parseArguments(task, [...words.slice(task.path.length), ...rest])
  return ['task', ...flags.filter((word) => word.startsWith('--'))]
}
