/** What types can't say about a task's arguments, for authors in JavaScript too: checked when the task is defined. */

import { defineError } from '../errors/beacon-error.ts'
import { type OptionSpec, type PositionalSpec, RESERVED_NAMES, type ValueSpec } from './argument-specs.ts'
import { ARGUMENT_READERS } from './argument-types.ts'

export const TASK_INVALID = defineError<{ task: string; reason: string }>({
  code: 'X101',
  name: 'TASK_INVALID',
  kind: 'user',
  message: ({ task, reason }) => `the task '${task}' can't be: ${reason}`,
  hint: () => 'correct its definition; docs/plugins.md shows what tasks are made of',
})

interface Specs {
  readonly path: readonly string[]
  readonly positionals: readonly PositionalSpec[]
  readonly options: readonly OptionSpec[]
  readonly flags: readonly { readonly name: string; readonly char?: string }[]
}

const WORD = /^[a-z][a-z0-9-]*$/
const NAME = /^[a-z][a-zA-Z0-9]*$/

/** Throws TASK_INVALID. */
export function checkSpecs({ path, positionals, options, flags }: Specs): void {
  const refuse = (reason: string): never => {
    throw TASK_INVALID({ task: path.join(' '), reason })
  }
  if (path.length === 0 || !path.every((word) => WORD.test(word))) {
    refuse('its words are of lower-case letters, digits and dashes')
  }
  const named = [...positionals, ...options, ...flags]
  for (const [i, { name }] of named.entries()) {
    if (!NAME.test(name)) refuse(`the argument '${name}' is not in camelCase`)
    if ((RESERVED_NAMES as readonly string[]).includes(name)) refuse(`every command has '${name}'`)
    if (named.slice(0, i).some((other) => other.name === name)) refuse(`it has two arguments '${name}'`)
  }
  const chars = [...options, ...flags].map(({ char }) => char).filter((char) => char !== undefined)
  for (const [i, char] of chars.entries()) {
    if (!/^[a-zA-Z]$/.test(char)) refuse(`'${char}' is no letter`)
    if (char === 'h' || chars.indexOf(char) !== i) refuse(`-${char} is taken`)
  }
  for (const spec of [...positionals, ...options]) checkDefault(spec, refuse)
  checkOrder(positionals, refuse)
}

function checkDefault(spec: ValueSpec & { name: string }, refuse: (reason: string) => never): void {
  if (spec.default === undefined) return
  const { name, type = 'string', choices } = spec
  if (choices !== undefined && !choices.includes(spec.default as string)) {
    refuse(`the default of '${name}' is none of its choices`)
  }
  const { accepts, expected } = ARGUMENT_READERS[type]
  if (!accepts(spec.default) || !isWithin(spec, spec.default))
    refuse(`the default of '${name}' is not ${expected}`)
}

/** Of what has no bounds everything is. */
export function isWithin({ min, max }: ValueSpec, value: unknown): boolean {
  return (min === undefined || (value as number) >= min) && (max === undefined || (value as number) <= max)
}

function checkOrder(positionals: readonly PositionalSpec[], refuse: (reason: string) => never): void {
  for (const [i, { name, variadic }] of positionals.entries()) {
    const next = positionals[i + 1]
    if (next === undefined) return
    if (variadic) refuse(`nothing can follow '${name}', which takes all words that are left`)
    if (mayBeLeftOut(positionals[i]!) && !mayBeLeftOut(next)) {
      refuse(`'${next.name}' can't be required after '${name}', which may be left out`)
    }
  }
}

export function mayBeLeftOut(spec: PositionalSpec): boolean {
  return spec.optional === true || spec.default !== undefined
}
