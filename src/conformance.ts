/**
 * Checks a plugin as no user would want to find out: loads every part that is behind a lazy import, and sees that each keeps to the
 * interfaces. For plugin authors' own tests, with any runner.
 */

import { resolveConfig } from './config/resolve.ts'
import { defineError } from './errors/beacon-error.ts'
import type { ProjectConfig } from './plugin/define-config.ts'
import { HOOKS, type HookCategory } from './plugin/hook-types.ts'
import { type CommandClass, type Plugin, schemaLoaders } from './plugin/plugin.ts'
import type { Project } from './plugin/project.ts'
import { nameOf } from './plugin/task-registry.ts'
import { loadProject } from './project.ts'

export interface ConformanceOptions {
  /** Plugins that it depends on. */
  readonly dependencies?: readonly Plugin[]
  /** Sections without which it can't be used. */
  readonly config?: ProjectConfig
}

export const PLUGIN_NOT_CONFORMING = defineError<{ plugin: string; findings: readonly string[] }>({
  code: 'X116',
  name: 'PLUGIN_NOT_CONFORMING',
  kind: 'check',
  message: ({ plugin, findings }) => [`plugin '${plugin}' does not conform:`, ...findings].join('\n  '),
  hint: () => 'docs/plugins.md says what each part has to be',
})

/** What a person may write where a section belongs: a schema finds problems in it, and doesn't throw. */
const NONSENSE: readonly unknown[] = [null, 7, 'text', [], { 'no such setting': 1 }, () => {}]

/**
 * Throws PLUGIN_NOT_CONFORMING with all that it found, or what stands in the way of a project with the plugin.
 * @example
 * test('conforms', () => verifyPlugin(hello))
 */
export async function verifyPlugin(plugin: Plugin, options: ConformanceOptions = {}): Promise<void> {
  const { dependencies = [], config = {} } = options
  const project = await loadProject({ config: { ...config, plugins: [...dependencies, plugin] } })
  const findings = [
    ...(await findInSections(plugin)),
    ...(await findInHooks(plugin, project)),
    ...(await findInTasks(plugin)),
    ...(await findInCommands(plugin)),
  ]
  if (findings.length > 0) throw PLUGIN_NOT_CONFORMING({ plugin: plugin.id, findings })
}

async function findInSections(plugin: Plugin): Promise<string[]> {
  const findings: string[] = []
  for (const [key, load] of schemaLoaders(plugin)) {
    const schema = (await load()).default
    const sections = new Map([[key, schema]])
    for (const value of NONSENSE) {
      const described = typeof value === 'function' ? 'a function' : JSON.stringify(value)
      const found = await attempt(() => resolveConfig({ [key]: value } as never, sections))
      if (found.error !== null)
        findings.push(`section ${key}: its schema throws at ${described}: ${found.error}`)
    }
  }
  return findings
}

async function findInHooks({ id, hooks = {} }: Plugin, { hooks: runner }: Project): Promise<string[]> {
  const findings: string[] = []
  for (const category of Object.keys(hooks) as HookCategory[]) {
    const { error, value: handlers } = await attempt(() => runner.handlersOf(id, category))
    if (error !== null) findings.push(`hooks ${category}: ${error}`)
    else if (Object.keys(handlers!).length === 0) {
      findings.push(`hooks ${category}: there is none, of ${HOOKS[category].join(', ')}`)
    }
    for (const [name, handler] of Object.entries(handlers ?? {})) {
      if (typeof handler !== 'function') findings.push(`hooks ${category}: ${name} is no function`)
    }
  }
  return findings
}

async function findInTasks({ tasks = [] }: Plugin): Promise<string[]> {
  const findings: string[] = []
  for (const task of tasks) {
    const { error, value: action } = await attempt(() => task.load())
    if (error !== null) findings.push(`task ${nameOf(task)}: its action can't be loaded: ${error}`)
    else if (typeof action !== 'function') {
      findings.push(`task ${nameOf(task)}: its module has no function as its default export`)
    }
  }
  return findings
}

async function findInCommands({ commands = {} }: Plugin): Promise<string[]> {
  const findings: string[] = []
  for (const [words, { summary, load }] of Object.entries(commands)) {
    const { error, value: module } = await attempt(() => load())
    const loaded: CommandClass | undefined = module?.default
    if (error !== null) findings.push(`command ${words}: it can't be loaded: ${error}`)
    else if (typeof loaded?.run !== 'function') {
      findings.push(`command ${words}: its module has no command class as its default export`)
    } else if (loaded.summary !== undefined && loaded.summary !== summary) {
      findings.push(`command ${words}: its class has another summary than the plugin says`)
    }
  }
  return findings
}

async function attempt<Value>(
  action: () => Promise<Value>,
): Promise<{ error: null; value: Value } | { error: string; value?: undefined }> {
  try {
    return { error: null, value: await action() }
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : String(cause) }
  }
}
