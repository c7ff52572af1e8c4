/** What follows for a test from the definitions of commands and tasks: which there are, and words that each has to refuse. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kebab } from '../../../src/plugin/arguments.ts'
import type { TaskDefinition } from '../../../src/plugin/task-definition.ts'
import { builtInTasks } from '../../../src/tasks/built-in.ts'

export interface Definition {
  /** As typed, and as the answer names it. */
  readonly words: string
  /** Its flags that take a text: only the command knows what it refuses. */
  readonly texts: readonly string[]
  readonly refused: readonly Refused[]
}

interface Refused {
  readonly line: string
  readonly code: string
  /** Stands in the message. */
  readonly names: string
}

/** What a positional argument of a task accepts, by its type; the others accept a hash. */
const SAMPLES: Readonly<Record<string, string>> = { int: '1', tokens: '1' }

interface CommandManifest {
  readonly flags: Readonly<Record<string, Flag>>
  readonly args: Readonly<Record<string, Arg>>
  readonly strict: boolean
}

interface Arg {
  readonly name: string
  readonly required?: boolean
  readonly multiple?: boolean
}

interface Flag {
  readonly name: string
  readonly type: 'boolean' | 'option'
  readonly options?: readonly string[]
  readonly helpValue?: string
  readonly helpGroup?: string
  readonly hidden?: boolean
}

/** Of oclif.manifest.json, which the build makes of the commands. */
export function readCommands(): Definition[] {
  const text = readFileSync(join(import.meta.dirname, '../../../oclif.manifest.json'), 'utf8')
  const { commands } = JSON.parse(text) as { commands: Record<string, CommandManifest> }
  return Object.entries(commands).map(([id, command]) => defineCommand(id.replaceAll(':', ' '), command))
}

function defineCommand(words: string, { flags, args, strict }: CommandManifest): Definition {
  const options = Object.values(flags).filter(
    ({ type, helpGroup, hidden }) => type === 'option' && helpGroup !== 'GLOBAL' && !hidden,
  )
  const all = Object.values(args)
  const needed = all.filter(({ required }) => required)
  const some = needed.map(() => '1').join(' ')
  const refused = [
    { line: `${some} --nonsense`, names: '--nonsense' },
    { line: `${some} --timeout soon`, names: '--timeout' },
    ...options
      .filter((flag) => !isText(flag))
      .map(({ name }) => ({ line: `${some} --${name} nonsense`, names: `--${name}` })),
    ...needed.slice(0, 1).map(({ name }) => ({ line: '', names: name })),
    ...(strict && !all.some(({ multiple }) => multiple)
      ? [{ line: `${all.map(() => '1').join(' ')} extra`, names: 'extra' }]
      : []),
  ]
  return {
    words,
    texts: options.filter(isText).map(({ name }) => name),
    refused: refused.map((one) => ({ ...one, code: 'C101' })),
  }
}

/** The manifest says of numbers only how their values are shown. */
function isText({ options, helpValue }: Flag): boolean {
  return options === undefined && helpValue !== 'N' && helpValue !== 'MS'
}

/** Of the tasks that every project has, as `beacon run` runs them. */
export function readTasks(): Definition[] {
  return Object.values(builtInTasks).map(defineTask)
}

function defineTask({ path, positionals, options }: TaskDefinition): Definition {
  const isTextOption = ({ type, choices }: (typeof options)[number]) =>
    choices === undefined && (type ?? 'string') === 'string'
  const needed = positionals.filter((spec) => spec.optional !== true && spec.default === undefined)
  const takesMore = positionals.some(({ variadic }) => variadic)
  const refused = [
    { line: '--nonsense', names: '--nonsense' },
    ...options
      .filter((option) => !isTextOption(option))
      .map(({ name }) => ({ line: `--${kebab(name)} nonsense`, names: `--${kebab(name)}` })),
    ...needed.slice(0, 1).map(({ name }) => ({ line: '', names: name })),
    ...(takesMore
      ? []
      : [
          {
            line: `${positionals.map(({ type }) => SAMPLES[type ?? 'string'] ?? '{tx}').join(' ')} extra`,
            names: 'extra',
          },
        ]),
  ]
  return {
    words: `run ${path.join(' ')}`,
    texts: options.filter(isTextOption).map(({ name }) => kebab(name)),
    refused: refused.map((one) => ({ ...one, code: 'X105' })),
  }
}
