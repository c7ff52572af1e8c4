/** Runs a task: the action of its newest override, which can run what it stands in for. */

import { openNetwork } from '../cli/network.ts'
import { devnetFolder, devnetsRoot } from '../devnet/folder.ts'
import { type Arguments, checkArguments } from './arguments.ts'
import type { TaskContext } from './context.ts'
import type { Project, RunOptions } from './project.ts'
import type { UntypedAction } from './task-definition.ts'
import type { RegisteredTask } from './task-registry.ts'

const TIMEOUT_MS = 60_000

/** `input` as code gives it; what the action gives back. */
export async function runTask(
  project: Project,
  task: RegisteredTask,
  input: Arguments,
  options: RunOptions = {},
): Promise<unknown> {
  return runLayer(task, task.layers.length - 1, checkArguments(task, input), createContext(project, options))
}

async function runLayer(
  task: RegisteredTask,
  layer: number,
  args: Arguments,
  context: TaskContext,
): Promise<unknown> {
  const { load, knows } = task.layers[layer]!
  const action = await load()
  const own = Object.fromEntries(Object.entries(args).filter(([name]) => knows.has(name)))
  const runSuper: Parameters<UntypedAction>[2] = (given = {}) =>
    runLayer(task, layer - 1, checkArguments(task, { ...args, ...withoutUndefined(given) }), context)
  return action(own, context as never, runSuper)
}

/** What is left out stays as it was. */
function withoutUndefined(given: Arguments): Arguments {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function createContext(project: Project, options: RunOptions): TaskContext {
  const { devnet = 'default', timeoutMs = TIMEOUT_MS, print = () => {}, note = () => {} } = options
  const signal = options.signal ?? new AbortController().signal
  return {
    project,
    devnet,
    timeoutMs,
    signal,
    print: (line = '') => print(line),
    note,
    openNetwork: () => openNetwork(devnetFolder(devnetsRoot(options.dir, project.root), devnet), timeoutMs),
    run: (task, input) => project.run(task, input, options),
  }
}
