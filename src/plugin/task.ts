/**
 * Tasks: named actions with typed arguments, which people run with `beacon run` and code with `project.run`. A task is plain data; its action
 * is a module that is loaded when it runs.
 *
 * @example
 * // tasks.ts
 * export const report = task(['stake', 'report'], 'Prints who has how much at stake')
 *   .addOption({ name: 'top', type: 'int', default: 10, description: 'only so many' })
 *   .addFlag({ name: 'csv', description: 'as comma-separated values' })
 *   .setAction(() => import('./report.ts'))
 *
 * // report.ts
 * export default async function report({ top, csv }: { top: number; csv: boolean }, context: TaskContext) { ... }
 */

import type {
  Checked,
  FlagSpec,
  IsOptionalOption,
  IsOptionalPositional,
  OptionSpec,
  OptionValue,
  PositionalSpec,
  PositionalValue,
} from './argument-specs.ts'
import { checkSpecs } from './check-specs.ts'
import type { TaskContext } from './context.ts'
import type { Task, TaskDefinition, UntypedAction } from './task-definition.ts'

/** The value it resolves to is what `--json` prints, and what code that ran the task gets. */
export type TaskAction<Args, Result = unknown> = (
  args: Args,
  context: TaskContext,
) => Result | Promise<Result>

/** `runSuper` runs what the override stands in for, with the same arguments unless it is given others. */
export type OverrideAction<Args, SuperInput, SuperResult> = (
  args: Args,
  context: TaskContext,
  runSuper: (args?: SuperInput) => Promise<SuperResult>,
) => SuperResult | Promise<SuperResult>

type Flat<Type> = { readonly [Key in keyof Type]: Type[Key] }
type With<Type, Name extends string, Value> = Flat<Type & { readonly [Key in Name]: Value }>
type Given<Type, Name extends string, Value, IsOptional> = IsOptional extends true
  ? Flat<Type & { readonly [Key in Name]?: Value }>
  : With<Type, Name, Value>

type Fields = Pick<TaskDefinition, 'kind' | 'path' | 'description' | 'positionals' | 'options' | 'flags'>

abstract class Builder {
  protected readonly fields: Fields

  constructor(fields: Fields) {
    this.fields = fields
  }

  protected with(more: Partial<Fields>): Fields {
    return { ...this.fields, ...more }
  }

  protected build(load: () => Promise<UntypedAction>): TaskDefinition {
    checkSpecs(this.fields)
    return Object.freeze({ ...this.fields, load })
  }
}

// biome-ignore lint/complexity/noBannedTypes: nothing yet, to which arguments are added
export class TaskBuilder<Input = {}, Args = {}> extends Builder {
  /** A word after the task's own, in the order of adding. */
  addPositionalArgument<const Spec extends PositionalSpec>(
    spec: Checked<Spec, Args>,
  ): TaskBuilder<
    Given<Input, Spec['name'], PositionalValue<Spec>, IsOptionalPositional<Spec>>,
    With<Args, Spec['name'], PositionalValue<Spec>>
  > {
    return new TaskBuilder(this.with({ positionals: [...this.fields.positionals, spec as PositionalSpec] }))
  }

  /** As in `--epochs 10`. */
  addOption<const Spec extends OptionSpec>(
    spec: Checked<Spec, Args>,
  ): TaskBuilder<
    Given<Input, Spec['name'], OptionValue<Spec>, IsOptionalOption<Spec>>,
    With<Args, Spec['name'], OptionValue<Spec>>
  > {
    return new TaskBuilder(this.with({ options: [...this.fields.options, spec as OptionSpec] }))
  }

  /** As in `--csv`: true if it is there, else false. */
  addFlag<const Spec extends FlagSpec>(
    spec: Checked<Spec, Args>,
  ): TaskBuilder<Given<Input, Spec['name'], boolean, true>, With<Args, Spec['name'], boolean>> {
    return new TaskBuilder(this.with({ flags: [...this.fields.flags, spec as FlagSpec] }))
  }

  /** The module's default export. */
  setAction<Result>(
    load: () => Promise<{ readonly default: TaskAction<Args, Result> }>,
  ): Task<Input, Args, Result> {
    return this.build(async () => (await load()).default as unknown as UntypedAction)
  }

  /** For actions of a few lines, which need no module of their own. */
  setInlineAction<Result>(action: TaskAction<Args, Result>): Task<Input, Args, Result> {
    return this.build(async () => action as unknown as UntypedAction)
  }
}

export class OverrideBuilder<Input, Args, SuperInput, SuperResult> extends Builder {
  addOption<const Spec extends OptionSpec>(
    spec: Checked<Spec, Args>,
  ): OverrideBuilder<
    Given<Input, Spec['name'], OptionValue<Spec>, IsOptionalOption<Spec>>,
    With<Args, Spec['name'], OptionValue<Spec>>,
    SuperInput,
    SuperResult
  > {
    return new OverrideBuilder(this.with({ options: [...this.fields.options, spec as OptionSpec] }))
  }

  addFlag<const Spec extends FlagSpec>(
    spec: Checked<Spec, Args>,
  ): OverrideBuilder<
    Given<Input, Spec['name'], boolean, true>,
    With<Args, Spec['name'], boolean>,
    SuperInput,
    SuperResult
  > {
    return new OverrideBuilder(this.with({ flags: [...this.fields.flags, spec as FlagSpec] }))
  }

  setAction(
    load: () => Promise<{ readonly default: OverrideAction<Args, SuperInput, SuperResult> }>,
  ): Task<Input, Args, SuperResult> {
    return this.build(async () => (await load()).default as unknown as UntypedAction)
  }

  setInlineAction(action: OverrideAction<Args, SuperInput, SuperResult>): Task<Input, Args, SuperResult> {
    return this.build(async () => action as unknown as UntypedAction)
  }
}

/** Starts a task: `path` are the words that it is run by. */
export function task(path: string | readonly string[], description: string): TaskBuilder {
  const words = typeof path === 'string' ? path.split(' ') : path
  return new TaskBuilder({
    kind: 'task',
    path: words,
    description,
    positionals: [],
    options: [],
    flags: [],
  })
}

/** Starts a task that stands in for `original`, with its arguments and whatever is added. Its result must fit the original's. */
export function overrideTask<Input, Args, Result>(
  original: Task<Input, Args, Result>,
  description: string | null = null,
): OverrideBuilder<Input, Args, Input, Result> {
  const { path } = original
  return new OverrideBuilder({ kind: 'override', path, description, positionals: [], options: [], flags: [] })
}
