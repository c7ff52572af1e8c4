/** Tasks as plain data, which plugins list and the registry holds; task.ts builds them. */

import type { FlagSpec, OptionSpec, PositionalSpec } from './argument-specs.ts'

/** A task without its types, as the registry holds it. */
export interface TaskDefinition {
  readonly kind: 'task' | 'override'
  /** Its words, as in ['stake', 'report']. */
  readonly path: readonly string[]
  /** One line. Of an override: null keeps that of the original. */
  readonly description: string | null
  /** Of an override: what it adds to the original's. */
  readonly positionals: readonly PositionalSpec[]
  readonly options: readonly OptionSpec[]
  readonly flags: readonly FlagSpec[]
  readonly load: () => Promise<UntypedAction>
}

/** Its context is that of context.ts, which knows of tasks in turn. */
export type UntypedAction = (
  args: Readonly<Record<string, unknown>>,
  context: never,
  runSuper: (args?: Readonly<Record<string, unknown>>) => Promise<unknown>,
) => unknown

declare const TYPES: unique symbol

/** `Input` is what code gives, `Args` what the action gets, defaults filled in. */
export interface Task<Input, Args, Result> extends TaskDefinition {
  readonly [TYPES]?: { readonly input: Input; readonly args: Args; readonly result: Result }
}

/** What a task's action gets. */
export type ArgsOf<Defined> = Defined extends Task<infer _Input, infer Args, infer _Result> ? Args : never
/** What a task is run with from code. */
export type InputOf<Defined> = Defined extends Task<infer Input, infer _Args, infer _Result> ? Input : never
export type ResultOf<Defined> = Defined extends Task<infer _Input, infer _Args, infer Result> ? Result : never
