import { BaseCommand } from '../cli/base-command.ts'
import { table } from '../cli/output.ts'
import { listUserPlugins } from '../cli/user-plugins/folder.ts'
import type { UserPlugin } from '../cli/user-plugins/load.ts'
import type { Plugin } from '../plugin/plugin.ts'
import { nameOf } from '../plugin/task-registry.ts'

export default class PluginsCommand extends BaseCommand {
  static override readonly summary =
    'List the plugins of the project, in order, and those of this user, and what each brings.'
  static override readonly examples = ['<%= config.bin %> plugins --json']

  async run(): Promise<void> {
    await this.parse(PluginsCommand)
    const project = await this.project()
    const plugins = project.plugins.map(describe)
    const userWide = await this.#userWide()
    this.report({ plugins, userWide }, () => {
      if (plugins.length === 0) this.output.note('the configuration lists no plugins')
      const rows = plugins.map(({ id, version, commands, tasks, hooks, sections }) => [
        id,
        version ?? '',
        summarise('commands', commands),
        summarise('tasks', tasks),
        summarise('hooks', hooks),
        summarise('sections', sections),
      ])
      const others = userWide.map(({ name, version, type, commands, problem }) => [
        name,
        version ?? '',
        type === 'link' ? 'user-wide, linked' : 'user-wide',
        problem === null ? summarise('commands', commands) : `not used: ${problem}`,
      ])
      for (const line of [...table(rows), ...table(others)]) this.output.print(line)
    })
  }

  async #userWide(): Promise<readonly UserPlugin[]> {
    const { dataDir } = this.config
    const listed = listUserPlugins(dataDir)
    if (listed.length === 0) return []
    const { addUserPlugins } = await import('../cli/user-plugins/load.ts')
    return addUserPlugins(this.config, dataDir, listed)
  }
}

function describe({ id, version, apiVersion, dependencies, commands, tasks, hooks, config }: Plugin) {
  return {
    id,
    version: version ?? null,
    apiVersion,
    dependencies: dependencies ?? [],
    commands: Object.keys(commands ?? {}),
    tasks: (tasks ?? []).map((task) => nameOf(task)),
    hooks: Object.keys(hooks ?? {}),
    sections: Object.keys(config ?? {}),
  }
}

function summarise(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${what}: ${names.join(', ')}`
}
