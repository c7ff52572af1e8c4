import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.ts'
import { table } from '../cli/output.ts'
import { nameOf } from '../plugin/task-registry.ts'

export default class TasksCommand extends BaseCommand {
  static override readonly summary = 'List the tasks of the project, its plugins, and beacon itself.'
  static override readonly description = '`beacon run TASK --help` shows what one of them takes.'
  static override readonly examples = ['<%= config.bin %> tasks', '<%= config.bin %> tasks stake']
  static override readonly strict = false
  static override readonly args = { words: Args.string({ description: 'only those that begin so' }) }

  async run(): Promise<void> {
    const { argv } = await this.parse(TasksCommand)
    const project = await this.project()
    const found = project.tasks.under(argv as string[])
    const tasks = found.map((task) => ({
      name: nameOf(task),
      description: task.description,
      /** Whose it is, and who has overridden it since. */
      from: task.layers.map(({ plugin }) => plugin),
      positionals: task.positionals,
      options: task.options,
      flags: task.flags,
    }))
    this.report({ tasks }, () => {
      const rows = tasks.map(({ name, description, from }) => [name, description, from.join(' < ')])
      for (const line of table(rows)) this.output.print(line)
      if (tasks.length === 0) this.output.note('there is no such task')
    })
  }
}
