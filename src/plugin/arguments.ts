/** Makes of what a person typed, or code gave, the arguments that an action gets: checked, with defaults filled in. */

import { parseArgs } from 'node:util'
import { defineError } from '../errors/beacon-error.ts'
import { closestTo } from '../primitives/spelling.ts'
import type { OptionSpec, PositionalSpec, ValueSpec } from './argument-specs.ts'
import { ARGUMENT_READERS } from './argument-types.ts'
import { isWithin, mayBeLeftOut } from './check-specs.ts'
import { nameOf, type RegisteredTask } from './task-registry.ts'

type Specs = Pick<RegisteredTask, 'path' | 'positionals' | 'options' | 'flags'>
export type Arguments = Readonly<Record<string, unknown>>

export const ARGUMENT_INVALID = defineError<{ task: string; argument: string; reason: string }>({
  code: 'X105',
  name: 'ARGUMENT_INVALID',
  kind: 'user',
  message: ({ task, argument, reason }) => `${argument} of the task '${task}': ${reason}`,
  hint: ({ task }) => `\`beacon run ${task} --help\` shows what it takes`,
})

/** `words` without those of the task itself. */
export function parseArguments(task: Specs, words: readonly string[]): Arguments {
  const { values, positionals } = split(task, words)
  const args: Record<string, unknown> = {}
  for (const spec of task.options) {
    const text = values[kebab(spec.name)]
    if (typeof text === 'string') args[spec.name] = readText(task, `--${kebab(spec.name)}`, spec, text)
  }
  for (const { name } of task.flags) if (values[kebab(name)] === true) args[name] = true
  assignPositionals(task, positionals, args)
  return checkArguments(task, args)
}

/** Throws ARGUMENT_INVALID for what is missing, unknown, or of another type. */
export function checkArguments(task: Specs, given: Arguments): Arguments {
  const refuse = (argument: string, reason: string) =>
    ARGUMENT_INVALID({ task: nameOf(task), argument, reason })
  const specs = [...task.positionals, ...task.options, ...task.flags]
  for (const name of Object.keys(given)) {
    if (!specs.some((spec) => spec.name === name)) throw refuse(`'${name}'`, 'there is no such argument')
  }
  const args: Record<string, unknown> = {}
  for (const { name } of task.flags) args[name] = given[name] ?? false
  for (const spec of [...task.positionals, ...task.options]) {
    const { name } = spec
    const value = given[name] ?? spec.default
    const isVariadic = 'variadic' in spec && spec.variadic === true
    if (value === undefined) {
      if (isRequired(task, spec)) throw refuse(label(task, name), 'it is missing')
      args[name] = isVariadic ? [] : undefined
      continue
    }
    const problem = isVariadic && Array.isArray(value) ? problemOfList(spec, value) : problemOf(spec, value)
    if (problem !== null) throw refuse(label(task, name), problem)
    args[name] = value
  }
  return args
}

/** As people type it: --min-stake for minStake. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

interface Split {
  readonly values: Readonly<Record<string, unknown>>
  readonly positionals: readonly string[]
}

function split(task: Specs, words: readonly string[]): Split {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = Object.fromEntries([
    ...task.options.map(({ name, char }) => [kebab(name), { type: 'string', ...(char && { short: char }) }]),
    ...task.flags.map(({ name, char }) => [kebab(name), { type: 'boolean', ...(char && { short: char }) }]),
  ])
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw usage(task, cause as Error & { code?: string })
  }
}

function usage(task: Specs, cause: Error & { code?: string }): Error {
  const [, typed] = /'(-[^' ]*)/.exec(cause.message) ?? []
  const names = [...task.options, ...task.flags].map(({ name }) => kebab(name))
  const isUnknown = cause.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
  const meant = typed === undefined ? null : closestTo(typed.replace(/^-+/, ''), names)
  const guess = meant === null ? '' : `: did you mean --${meant}?`
  const reason = isUnknown ? `there is no such option${guess}` : describeMisuse(cause.message, typed)
  return ARGUMENT_INVALID({ task: nameOf(task), argument: typed ?? 'an argument', reason }, cause)
}

function describeMisuse(message: string, typed: string | undefined): string {
  if (message.includes('is ambiguous')) return `a value that begins with a dash is typed as ${typed}=VALUE`
  return message.split(/\.\s/)[0]!
}

function assignPositionals(task: Specs, words: readonly string[], args: Record<string, unknown>): void {
  const left = [...words]
  for (const spec of task.positionals) {
    const read = (text: string) => readText(task, spec.name, spec, text)
    if (spec.variadic) args[spec.name] = left.splice(0).map(read)
    else if (left.length > 0) args[spec.name] = read(left.shift()!)
  }
  if (left.length === 0) return
  throw ARGUMENT_INVALID({ task: nameOf(task), argument: `'${left[0]}'`, reason: 'it takes no such word' })
}

function readText(task: Specs, argument: string, spec: ValueSpec, text: string): unknown {
  const value = ARGUMENT_READERS[spec.type ?? 'string'].parse(text)
  const problem = value === undefined ? `'${text}' is not ${expectedOf(spec)}` : problemOf(spec, value)
  if (problem === null) return value
  throw ARGUMENT_INVALID({ task: nameOf(task), argument, reason: problem })
}

function problemOf(spec: ValueSpec, value: unknown): string | null {
  const isFine =
    ARGUMENT_READERS[spec.type ?? 'string'].accepts(value) &&
    isWithin(spec, value) &&
    (spec.choices === undefined || spec.choices.includes(value as string))
  return isFine ? null : `'${String(value)}' is not ${expectedOf(spec)}`
}

function problemOfList(spec: ValueSpec, values: readonly unknown[]): string | null {
  return values.map((value) => problemOf(spec, value)).find((problem) => problem !== null) ?? null
}

function expectedOf({ type = 'string', choices, min, max }: ValueSpec): string {
  if (choices !== undefined) return `one of ${choices.join(', ')}`
  const from = min === undefined ? '' : `, ${min} or more`
  const to = max === undefined ? '' : `, ${max} or less`
  return `${ARGUMENT_READERS[type].expected}${from}${to}`
}

function isRequired(task: Specs, spec: PositionalSpec | OptionSpec): boolean {
  if (task.options.includes(spec as OptionSpec)) return (spec as OptionSpec).required === true
  return !mayBeLeftOut(spec as PositionalSpec)
}

/** As it is typed. */
function label(task: Specs, name: string): string {
  return task.positionals.some((spec) => spec.name === name) ? name : `--${kebab(name)}`
}
