/** Writes docs/commands.md from the commands and the built-in tasks: how each is used, as its definition says. */

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '@oclif/core'
import { BaseCommand } from '../src/cli/base-command.ts'
import { partsOfTask } from '../src/cli/describe-task.ts'
import { commandLineOptions } from '../src/cli/run.ts'
import { nameOf, type RegisteredTask, TaskRegistry } from '../src/plugin/task-registry.ts'
import { builtInTasks } from '../src/tasks/built-in.ts'

const root = join(import.meta.dirname, '..')

interface Documented {
  /** As typed, after the program's name. */
  readonly words: string
  readonly definition: Command.Class
}

export async function renderCommands(): Promise<string> {
  const commands = await loadCommands()
  const topics = commandLineOptions().pjson!.oclif.topics as Record<string, { description: string }>
  const tasks = new TaskRegistry([{ plugin: 'beacon', tasks: Object.values(builtInTasks) }]).all
  const alone = commands.filter(({ words }) => !words.includes(' '))
  const ofTopic = (topic: string) => commands.filter(({ words }) => words.startsWith(`${topic} `))
  // A topic of plugins of the user has a command of its own name.
  const names = [...new Set(commands.map(({ words }) => words.split(' ')[0]!))].filter(
    (topic) => ofTopic(topic).length > 0,
  )
  return [
    HEADER,
    renderContents(commands, tasks),
    renderCommonFlags(),
    '## Commands without a topic\n',
    ...alone.map((command) => renderCommand(command)),
    ...names.flatMap((topic) => [
      `## ${topic} commands\n\n${topics[topic]?.description ?? ''}\n`,
      ...ofTopic(topic).map((command) => renderCommand(command)),
    ]),
    TASKS_HEADER,
    ...tasks.map(renderTask),
  ].join('\n')
}

const HEADER = `# Commands

Every command prints its data to stdout and all else to stderr; with \`--json\` it prints exactly one object to stdout:
\`{"schemaVersion":1,"command":"...","ok":true,"result":{...}}\`, or \`"ok":false\` and an [error](errors.md). In it quantities that can pass 2^53 are
decimal strings, hashes and addresses 0x-hex, times Unix milliseconds. \`beacon COMMAND --help\` says what is here, too.

Exit codes: 0 done; 1 the environment failed (a process died, a deadline passed); 2 your mistake (flags, configuration, input); 3 a check said no;
70 a bug of ours. Where a command can say no, it says here what that means.
`

const TASKS_HEADER = `## Tasks

\`beacon run TASK\` runs them. They take the flags of every command, and end with its exit codes. A project and its plugins can add
tasks, and override these: \`beacon tasks\` lists all.
`

/** What exit code 3 means of a command, and other codes that only it has. */
const EXIT_CODES: Readonly<Record<string, string>> = {
  'confirmation get': '3: no rollup knows the transaction, or it has no confirmation in time',
  'confirmation verify': '3: the confirmation does not hold, or can not be had',
  'confirmation wait': '3: no rollup knows the transaction, or it has not reached the rung in time',
  console: '3: the script threw',
  doctor: '1: something is broken',
  'election show': '3: there is no committee for that epoch (yet)',
  'election verify': '3: the election does not hold, or there is no proof of it (yet)',
  exec: "that of COMMAND if it failed, 128 and a signal's number if that ended it",
  trace: '3: no rollup knows the transaction, or it has not reached the rung in time',
}

async function loadCommands(): Promise<Documented[]> {
  const folder = join(root, 'src/commands')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const commands = files.map(async (file) => ({
    words: file.slice(0, -'.ts'.length).split(/[/\\]/).join(' '),
    definition: (await import(join(folder, file))).default as Command.Class,
  }))
  return (await Promise.all(commands)).sort((a, b) => (a.words < b.words ? -1 : 1))
}

function renderContents(commands: readonly Documented[], tasks: readonly RegisteredTask[]): string {
  const entries = [
    ...commands.map(({ words, definition }) => [words, definition.summary!]),
    ...tasks.map((task) => [`run ${nameOf(task)}`, `${task.description}.`]),
  ]
  const rows = entries.map(
    ([words, summary]) => `| [${words}](#beacon-${words!.replaceAll(' ', '-')}) | ${summary} |`,
  )
  return ['| command | |', '| --- | --- |', ...rows, ''].join('\n')
}

function renderCommonFlags(): string {
  const rows = Object.entries(BaseCommand.baseFlags).map(([name, flag]) =>
    renderFlag(name, flag as Command.Flag.Any),
  )
  const example = 'beacon devnet status --name ci --dir ci/devnets --timeout 5000 --json'
  return `## Flags of every command\n\n${rows.join('\n')}\n\n${fence([example])}`
}

function renderCommand({ words, definition }: Documented): string {
  const { summary, description, args = {}, flags = {}, examples } = definition
  const usage = synopsis(words, definition)
  const lines = (examples ?? []).flatMap(renderExample).filter((line) => line !== usage)
  const shown = Object.entries(flags).filter(([, { hidden }]) => !hidden)
  const rows = [
    ...Object.entries(args).map(([name, arg]) => renderArgument(name, arg)),
    ...shown.map(([name, flag]) => renderFlag(name, flag)),
  ]
  return [
    `### beacon ${words}\n`,
    `${summary}\n`,
    fence([usage]),
    ...(description === undefined ? [] : [`${description}\n`]),
    ...(rows.length === 0 ? [] : [`${rows.join('\n')}\n`]),
    ...(lines.length === 0 ? [] : [fence(lines)]),
    ...(EXIT_CODES[words] === undefined ? [] : [`Exit code ${EXIT_CODES[words]}.\n`]),
  ].join('\n')
}

function synopsis(words: string, { usage, args = {}, flags = {}, strict }: Command.Class): string {
  if (typeof usage === 'string') return `beacon ${usage}`
  const places = Object.entries(args).map(([name, { required, multiple }]) => {
    const place = `${name.toUpperCase()}${strict && !multiple ? '' : '...'}`
    return required ? place : `[${place}]`
  })
  const options = Object.entries(flags)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, flag]) => {
      const option = `--${name}${valuePlaceholder(name, flag)}`
      return flag.required ? option : `[${option}]${isMultiple(flag) ? '...' : ''}`
    })
  return ['beacon', words, ...places, ...options].join(' ')
}

function renderArgument(name: string, { description, required, default: value }: Command.Arg.Any): string {
  const needed = required || value !== undefined ? '' : '; may be left out'
  return `- \`${name.toUpperCase()}\`: ${description}${needed}${renderDefault(value)}`
}

function renderFlag(name: string, flag: Command.Flag.Any): string {
  const { char, summary, env, default: value } = flag
  const short = char === undefined ? '' : `-${char}, `
  const words = flag.type === 'option' && flag.options !== undefined ? `: ${flag.options.join(', ')}` : ''
  const from = env === undefined ? '' : `; from ${env} if left out`
  return `- \`${short}--${name}${valuePlaceholder(name, flag)}\`: ${summary}${words}${from}${renderDefault(value)}`
}

function renderDefault(value: unknown): string {
  return value === undefined || typeof value === 'function' ? '' : `; \`${value}\` by default`
}

function valuePlaceholder(name: string, flag: Command.Flag.Any): string {
  if (flag.type === 'boolean') return ''
  return ` ${flag.helpValue ?? name.split('-').at(-1)!.toUpperCase()}`
}

function isMultiple(flag: Command.Flag.Any): boolean {
  return flag.type === 'option' && flag.multiple === true
}

function renderExample(example: Command.Example): string[] {
  const { description, command } =
    typeof example === 'string' ? { description: undefined, command: example } : example
  const line = command.replaceAll('<%= config.bin %>', 'beacon')
  return description === undefined ? [line] : [`# ${description}`, line]
}

function renderTask(task: RegisteredTask): string {
  const { usage, args, options } = partsOfTask(task)
  const rows = [...args, ...options].map(([word, meaning]) => `- \`${word}\`: ${meaning}`)
  return `### beacon run ${nameOf(task)}\n\n${task.description}.\n\n${fence([usage])}\n${rows.join('\n')}\n`
}

function fence(lines: readonly string[]): string {
  return ['```', ...lines, '```', ''].join('\n')
}

if (import.meta.main) writeFileSync(join(root, 'docs/commands.md'), await renderCommands())
