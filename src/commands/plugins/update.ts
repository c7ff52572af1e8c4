import { BaseCommand } from '../../cli/base-command.ts'
import { table } from '../../cli/output.ts'

export default class PluginsUpdate extends BaseCommand {
  static override readonly summary = 'Bring the installed plugins of this user up to date.'
  static override readonly description =
    'Each within what it was installed as: a name without a version gives the latest one. Linked folders stay as they are.'
  static override readonly examples = ['<%= config.bin %> plugins update']

  async run(): Promise<void> {
    const { flags } = await this.parse(PluginsUpdate)
    const { UserPlugins } = await import('../../cli/user-plugins/install.ts')
    const installer = await UserPlugins.open(this.config, flags.timeout, (line) => this.output.note(line))
    const plugins = (await installer.update()).map(({ name, version, type }) => ({ name, version, type }))
    this.report({ plugins }, () => {
      if (plugins.length === 0) this.output.note('no plugins are installed')
      for (const line of table(plugins.map(({ name, version }) => [name, version ?? '']))) {
        this.output.print(line)
      }
    })
  }
}
