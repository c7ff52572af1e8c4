import { BaseCommand } from '../cli/base-command.ts'
import { table } from '../cli/output.ts'
import type { Plugin } from '../plugin/plugin.ts'
import { nameOf } from '../plugin/task-registry.ts'

export default class PluginsCommand extends BaseCommand {
  static override readonly summary = 'List the plugins of the project, in order, and what each brings.'
  static override readonly examples = ['<%= config.bin %> plugins --json']

  async run(): Promise<void> {
    await this.parse(PluginsCommand)
    const project = await this.project()
    const plugins = project.plugins.map(describe)
    this.report({ plugins }, () => {
      if (plugins.length === 0) this.output.note('the configuration lists no plugins')
      const rows = plugins.map(({ id, version, commands, tasks, hooks, sections }) => [
        id,
        version ?? '',
        summarise('commands', commands),
        summarise('tasks', tasks),
        summarise('hooks', hooks),
        summarise('sections', sections),
      ])
      for (const line of table(rows)) this.output.print(line)
    })
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
