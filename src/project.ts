/**
 * Loads a project: finds its configuration, puts its plugins in order, lets them extend, validate and resolve it, and registers all tasks.
 * In: a folder. Out: one value with everything, or an error that names the file and the plugin.
 */

import { dirname, resolve } from 'node:path'
import type { ResolvedConfig, UserConfig } from './config/config.ts'
import { findConfigFile } from './config/find.ts'
import { deepFreeze } from './config/freeze.ts'
import { loadConfigFile } from './config/load.ts'
import { CONFIG_INVALID, type ConfigProblem, describeProblem } from './config/problems.ts'
import { resolveConfig } from './config/resolve.ts'
import type { StandardSchema } from './config/standard-schema.ts'
import type { Arguments } from './plugin/arguments.ts'
import { checkPlugins } from './plugin/check-plugin.ts'
import type { ProjectConfig } from './plugin/define-config.ts'
import { HookRunner } from './plugin/hook-runner.ts'
import { orderPlugins } from './plugin/order.ts'
import { type Plugin, schemaLoaders } from './plugin/plugin.ts'
import { PLUGIN_INVALID, PLUGIN_UNLOADABLE } from './plugin/plugin-errors.ts'
import type { Project, WrittenDevnets } from './plugin/project.ts'
import { runTask } from './plugin/run-task.ts'
import type { Task } from './plugin/task-definition.ts'
import { TaskRegistry } from './plugin/task-registry.ts'
import { builtInTasks } from './tasks/built-in.ts'

export interface ProjectSource {
  /** Where to look for a configuration, upwards; the working directory if left out. */
  readonly folder?: string
  /** Used instead of a file. */
  readonly config?: ProjectConfig
  /** Takes what plugins say while they work. */
  readonly note?: (line: string) => void
}

export async function loadProject(source: ProjectSource = {}): Promise<Project> {
  const folder = resolve(source.folder ?? process.cwd())
  const configFile = source.config === undefined ? findConfigFile(folder) : null
  const root = configFile === null ? folder : dirname(configFile)
  const exported = source.config ?? (configFile === null ? {} : await loadConfigFile(configFile))
  const { plugins: listed, tasks = [], ...user } = asObject(exported, configFile)
  const plugins = orderPlugins(checkPlugins(listed))

  const resolved: { config?: ResolvedConfig } = {}
  const hooks = new HookRunner(plugins, () => ({
    root,
    // Only the hooks of configurations are called before there is one, and their types lack it.
    config: resolved.config!,
    note: source.note ?? (() => {}),
  }))
  const { config, written } = await resolveWith(user, plugins, hooks, configFile ?? 'the configuration')
  resolved.config = config
  const registry = new TaskRegistry([
    { plugin: 'beacon', tasks: Object.values(builtInTasks) },
    ...plugins.map((plugin) => ({ plugin: plugin.id, tasks: plugin.tasks ?? [] })),
    { plugin: 'project', tasks },
  ])
  const project: Project = {
    root,
    configFile,
    config,
    written,
    plugins,
    tasks: registry,
    hooks,
    run: async <Input, Args, Result>(task: Task<Input, Args, Result>, input: Input, options = {}) =>
      (await runTask(project, registry.get(task.path), input as Arguments, options)) as Result,
  }
  return Object.freeze(project)
}

function asObject(exported: unknown, configFile: string | null): ProjectConfig {
  if (typeof exported === 'object' && exported !== null) return exported as ProjectConfig
  const file = configFile ?? 'the configuration'
  throw CONFIG_INVALID({ file, problems: ['a configuration is an object'] })
}

async function resolveWith(
  user: UserConfig,
  plugins: readonly Plugin[],
  hooks: HookRunner,
  file: string,
): Promise<{ config: ResolvedConfig; written: WrittenDevnets }> {
  const sections = await loadSections(plugins)
  const extended = await hooks.chain('config', 'extend', user, undefined)
  const resolution = await resolveConfig(extended, sections)
  const found = await hooks.parallel('config', 'validate', { config: extended })
  const problems: ConfigProblem[] = [...(resolution.ok ? [] : resolution.problems), ...found.flat()]
  if (!resolution.ok || problems.length > 0) {
    throw CONFIG_INVALID({ file, problems: problems.map(describeProblem) })
  }
  const config = deepFreeze(await hooks.chain('config', 'resolve', resolution.config, undefined))
  return { config, written: writtenOf(extended) }
}

function writtenOf({ devnets = {} }: UserConfig): WrittenDevnets {
  const keysOf = (devnet: object) =>
    Object.entries(devnet).flatMap(([key, value]) => (value === undefined ? [] : [key]))
  return Object.fromEntries(Object.entries(devnets).map(([name, devnet]) => [name, keysOf(devnet)]))
}

async function loadSections(plugins: readonly Plugin[]): Promise<Map<string, StandardSchema>> {
  const sections = new Map<string, StandardSchema>()
  for (const plugin of plugins) {
    const { id } = plugin
    for (const [key, load] of schemaLoaders(plugin)) {
      if (sections.has(key)) throw PLUGIN_INVALID({ plugin: id, reason: `another has the section '${key}'` })
      sections.set(key, await loadSchema(id, key, load))
    }
  }
  return sections
}

async function loadSchema(
  plugin: string,
  key: string,
  load: () => Promise<{ default: StandardSchema }>,
): Promise<StandardSchema> {
  const { default: schema } = await load().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw PLUGIN_UNLOADABLE({ plugin, what: `the schema of its section '${key}'`, reason }, cause)
  })
  if (typeof schema?.['~standard']?.validate === 'function') return schema
  throw PLUGIN_INVALID({
    plugin,
    reason: `the schema of '${key}' is no Standard Schema, as zod and others make`,
  })
}
