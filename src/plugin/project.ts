/** A project as tasks, commands and programs see it; ../project.ts makes one. */

import type { ResolvedConfig } from '../config/config.ts'
import type { HookRunner } from './hook-runner.ts'
import type { Plugin } from './plugin.ts'
import type { Task } from './task-definition.ts'
import type { TaskRegistry } from './task-registry.ts'

/** Its configuration, resolved, and all that its plugins bring. */
export interface Project {
  /** Absolute: the folder of the configuration, or where there is none, the one that was asked for. */
  readonly root: string
  /** Null if there is none. */
  readonly configFile: string | null
  readonly config: ResolvedConfig
  /** The settings of devnets that were written down; what `config` has besides are defaults. */
  readonly written: WrittenDevnets
  /** In the order of their dependencies. */
  readonly plugins: readonly Plugin[]
  readonly tasks: TaskRegistry
  readonly hooks: HookRunner
  /** Runs a task, or what overrides it. */
  run<Input, Args, Result>(
    task: Task<Input, Args, Result>,
    input: Input,
    options?: RunOptions,
  ): Promise<Result>
}

/** Keys of what was written, by the name of the devnet. */
export type WrittenDevnets = Readonly<Record<string, readonly string[]>>

export interface RunOptions {
  /** The devnet that the task is about; `default` if left out. */
  readonly devnet?: string
  /** The folder of all devnets; `.beacon` in the project if left out. */
  readonly dir?: string
  /** Bounds each request to the network; 60 s if left out. */
  readonly timeoutMs?: number
  /** Aborted when the task should end. */
  readonly signal?: AbortSignal
  /** Takes lines for people; nobody, if left out. */
  readonly print?: (line: string) => void
  readonly note?: (line: string) => void
}
