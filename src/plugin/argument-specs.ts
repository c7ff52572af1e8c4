/** How tasks describe what they take, and the types that follow from a description. */

import type { ArgumentType, ArgumentValues } from './argument-types.ts'
import type { Problem } from './problem.ts'

type Typed = {
  readonly [Type in ArgumentType]: {
    readonly type: Type
    readonly choices?: undefined
    readonly default?: ArgumentValues[Type]
  } & (Type extends 'int' | 'number' ? Bounds : Unbounded)
}[ArgumentType]
/** Both are allowed themselves. */
interface Bounds {
  readonly min?: number
  readonly max?: number
}
interface Unbounded {
  readonly min?: undefined
  readonly max?: undefined
}
type Text = Unbounded & { readonly type?: undefined; readonly choices?: undefined; readonly default?: string }
/** One of a few words. */
type Choice = Unbounded & {
  readonly type?: undefined
  readonly choices: readonly string[]
  readonly default?: string
}

/** A text unless `type` or `choices` says otherwise. */
export type ValueSpec = Typed | Text | Choice

interface Described {
  /** In camelCase, as the action gets it; people type --min-stake for minStake. */
  readonly name: string
  readonly description: string
}

export type PositionalSpec = Described &
  ValueSpec & {
    /** May be left out; so may one with a default. Those that may come last. */
    readonly optional?: true
    /** Takes all words that are left, as a list. Only the last one can. */
    readonly variadic?: true
  }

export type OptionSpec = Described &
  ValueSpec & {
    readonly required?: true
    /** One letter: `-e` for `--epochs`. */
    readonly char?: string
  }

export type FlagSpec = Described & { readonly char?: string }

/** Every command has these. */
export const RESERVED_NAMES = ['json', 'help', 'dir', 'name', 'timeout', 'version'] as const

export type ReservedName = (typeof RESERVED_NAMES)[number]

/** Of one value. */
export type ValueOf<Spec> = Spec extends { readonly choices: readonly (infer Word extends string)[] }
  ? Word
  : Spec extends { readonly type: infer Type extends ArgumentType }
    ? ArgumentValues[Type]
    : string

type HasDefault = { readonly default: ArgumentValues[ArgumentType] }

/** What an action gets for a positional argument. */
export type PositionalValue<Spec> = Spec extends { readonly variadic: true }
  ? readonly ValueOf<Spec>[]
  : Spec extends HasDefault
    ? ValueOf<Spec>
    : Spec extends { readonly optional: true }
      ? ValueOf<Spec> | undefined
      : ValueOf<Spec>

/** What an action gets for an option. */
export type OptionValue<Spec> = Spec extends HasDefault | { readonly required: true }
  ? ValueOf<Spec>
  : ValueOf<Spec> | undefined

/** Whether whoever runs the task from code may leave a positional argument out. */
export type IsOptionalPositional<Spec> = Spec extends HasDefault | { readonly optional: true } ? true : false
export type IsOptionalOption<Spec> = Spec extends { readonly required: true } ? false : true

/** A spec whose name is free and whose default is one of its choices. */
export type Checked<Spec extends { readonly name: string }, Args> = Spec & {
  readonly default?: ValueOf<Spec>
} & (Spec['name'] extends keyof Args
    ? Problem<`the task has an argument '${Spec['name']}' already`>
    : Spec['name'] extends ReservedName
      ? Problem<`every command has '${Spec['name']}'`>
      : unknown)
