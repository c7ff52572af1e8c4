/** What a task's action is given: the project that it belongs to, and ways to the network and to the person who looks on. */

import type { Network } from '../cli/network.ts'
import type { Project } from './project.ts'
import type { Task } from './task-definition.ts'

export interface TaskContext {
  readonly project: Project
  /** Name of the devnet that the task is about. */
  readonly devnet: string
  readonly timeoutMs: number
  /** Aborted by Ctrl-C: a task without an end of its own returns then. */
  readonly signal: AbortSignal
  /** A line of what was asked for. Not shown under `--json`, which prints what the action returns. */
  print(line?: string): void
  /** A line about what is going on. */
  note(line: string): void
  /** The running devnet; throws NOT_RUNNING if there is none. */
  openNetwork(): Promise<Network>
  /** Runs another task, about the same devnet. */
  run<Input, Args, Result>(task: Task<Input, Args, Result>, input: Input): Promise<Result>
}
