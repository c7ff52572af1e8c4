/** All tasks of a project by their words, overrides in place. It holds no actions: they are loaded when a task runs. */

import { defineError } from '../errors/beacon-error.ts'
import { closestTo } from '../primitives/spelling.ts'
import type { FlagSpec, OptionSpec, PositionalSpec } from './argument-specs.ts'
import { checkSpecs } from './check-specs.ts'
import type { TaskDefinition, UntypedAction } from './task-definition.ts'

export const TASK_TAKEN = defineError<{ task: string; plugin: string; owner: string }>({
  code: 'X102',
  name: 'TASK_TAKEN',
  kind: 'user',
  message: ({ task, plugin, owner }) =>
    `'${plugin}' defines the task '${task}', which '${owner}' has defined`,
  hint: () => 'give it another name, or override the other with `overrideTask`',
})

export const NOTHING_TO_OVERRIDE = defineError<{ task: string; plugin: string }>({
  code: 'X103',
  name: 'NOTHING_TO_OVERRIDE',
  kind: 'user',
  message: ({ task, plugin }) =>
    `'${plugin}' overrides the task '${task}', which nobody has defined before it`,
  hint: () => 'list the plugin that defines it, and name that in `dependencies`',
})

export const TASK_UNKNOWN = defineError<{ task: string; meant: string | null }>({
  code: 'X104',
  name: 'TASK_UNKNOWN',
  kind: 'user',
  message: ({ task }) => `there is no task '${task}'`,
  hint: ({ meant }) =>
    meant === null ? '`beacon tasks` lists those that there are' : `did you mean \`beacon run ${meant}\`?`,
})

/** One action of a task: its first one, or an override's. */
export interface TaskLayer {
  /** Whose it is: the id of a plugin, 'beacon', or 'project'. */
  readonly plugin: string
  readonly load: () => Promise<UntypedAction>
  /** Names of the arguments that it knows. */
  readonly knows: ReadonlySet<string>
}

export interface RegisteredTask {
  readonly path: readonly string[]
  readonly description: string
  readonly positionals: readonly PositionalSpec[]
  readonly options: readonly OptionSpec[]
  readonly flags: readonly FlagSpec[]
  /** The original first. */
  readonly layers: readonly TaskLayer[]
}

export interface TaskSource {
  readonly plugin: string
  readonly tasks: readonly TaskDefinition[]
}

export class TaskRegistry {
  readonly #tasks = new Map<string, RegisteredTask>()

  /** `sources` in the order of their dependencies. */
  constructor(sources: readonly TaskSource[]) {
    for (const { plugin, tasks } of sources) for (const task of tasks) this.#add(plugin, task)
  }

  /** In alphabetical order. */
  get all(): readonly RegisteredTask[] {
    return [...this.#tasks.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  }

  /** Throws TASK_UNKNOWN. */
  get(path: readonly string[]): RegisteredTask {
    const found = this.#tasks.get(path.join(' '))
    if (found === undefined) throw this.#unknown(path)
    return found
  }

  /** The task whose words `words` begin with, the longest if there are several; throws TASK_UNKNOWN. */
  match(words: readonly string[]): RegisteredTask {
    for (let length = words.length; length > 0; length--) {
      const found = this.#tasks.get(words.slice(0, length).join(' '))
      if (found !== undefined) return found
    }
    throw this.#unknown(words)
  }

  /** The tasks whose words begin with `words`. */
  under(words: readonly string[]): readonly RegisteredTask[] {
    return this.all.filter(({ path }) => words.every((word, i) => path[i] === word))
  }

  #add(plugin: string, { kind, path, description, positionals, options, flags, load }: TaskDefinition): void {
    const key = path.join(' ')
    const before = this.#tasks.get(key)
    if (kind === 'task' && before !== undefined) {
      throw TASK_TAKEN({ task: key, plugin, owner: before.layers[0]!.plugin })
    }
    if (kind === 'override' && before === undefined) throw NOTHING_TO_OVERRIDE({ task: key, plugin })
    const specs = {
      path,
      description: description ?? before!.description,
      positionals: [...(before?.positionals ?? []), ...positionals],
      options: [...(before?.options ?? []), ...options],
      flags: [...(before?.flags ?? []), ...flags],
    }
    // Two overrides that don't know of one another may add the same.
    checkSpecs(specs)
    const named = [...specs.positionals, ...specs.options, ...specs.flags]
    const layer = { plugin, load, knows: new Set(named.map(({ name }) => name)) }
    this.#tasks.set(key, { ...specs, layers: [...(before?.layers ?? []), layer] })
  }

  #unknown(words: readonly string[]): Error {
    const names = [...this.#tasks.keys()]
    const typed = words.join(' ')
    // What follows the task's own words may be arguments.
    const guesses = words.map((_, i) => closestTo(words.slice(0, words.length - i).join(' '), names))
    return TASK_UNKNOWN({ task: typed, meant: guesses.find((guess) => guess !== null) ?? null })
  }
}

export function nameOf({ path }: { readonly path: readonly string[] }): string {
  return path.join(' ')
}
