/** The help of one task, in the form of the commands' help. */

import type { FlagSpec, OptionSpec, PositionalSpec } from '../plugin/argument-specs.ts'
import { kebab } from '../plugin/arguments.ts'
import { mayBeLeftOut } from '../plugin/check-specs.ts'
import { nameOf, type RegisteredTask } from '../plugin/task-registry.ts'
import { formatTokens } from './amounts.ts'
import { table } from './output.ts'

export function describeTask(task: RegisteredTask): string[] {
  const { usage, args, options } = partsOfTask(task)
  return [
    task.description,
    '',
    'USAGE',
    `  $ ${usage}`,
    ...section('ARGUMENTS', args),
    ...section('OPTIONS', options),
    ...section('OPTIONS OF EVERY TASK', [
      ['--name=NAME', 'the devnet'],
      ['--dir=PATH', 'the folder of all devnets'],
      ['--timeout=MS', 'give up after this long'],
      ['--json', 'print what the task returns, as JSON'],
    ]),
  ]
}

/** Rows are of a word as it is typed, and what it means. */
export function partsOfTask(task: RegisteredTask): { usage: string; args: string[][]; options: string[][] } {
  const { positionals, options, flags } = task
  return {
    usage: ['beacon run', nameOf(task), ...positionals.map(placeholder), '[OPTIONS]'].join(' '),
    args: positionals.map(positionalRow),
    options: [...options.map(optionRow), ...flags.map(flagRow)],
  }
}

function section(title: string, rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : ['', title, ...table(rows).map((line) => `  ${line}`)]
}

function placeholder(spec: PositionalSpec): string {
  const name = spec.name.toUpperCase()
  const text = spec.variadic ? `${name}...` : name
  return mayBeLeftOut(spec) ? `[${text}]` : text
}

function positionalRow(spec: PositionalSpec): string[] {
  return [placeholder(spec), `${spec.description}${limits(spec)}`]
}

function optionRow(spec: OptionSpec): string[] {
  const value = spec.choices === undefined ? (spec.type ?? 'text').toUpperCase() : 'WORD'
  const required = spec.required ? ' (required)' : ''
  return [`${short(spec)}--${kebab(spec.name)}=${value}`, `${spec.description}${limits(spec)}${required}`]
}

function flagRow(spec: FlagSpec): string[] {
  return [`${short(spec)}--${kebab(spec.name)}`, spec.description]
}

function short({ char }: { readonly char?: string }): string {
  return char === undefined ? '' : `-${char}, `
}

function limits(spec: PositionalSpec | OptionSpec): string {
  const words = spec.choices === undefined ? '' : ` (${spec.choices.join(', ')})`
  const value = describeDefault(spec)
  return value === null ? words : `${words} [default: ${value}]`
}

/** As a person would type it; null if there is none. */
function describeDefault({ type, default: value }: PositionalSpec | OptionSpec): string | null {
  if (value === undefined) return null
  return type === 'tokens' ? formatTokens(value) : String(value)
}
