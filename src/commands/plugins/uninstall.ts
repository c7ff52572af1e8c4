import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'

export default class PluginsUninstall extends BaseCommand {
  static override readonly summary = 'Remove a plugin that was installed or linked for all projects.'
  static override readonly examples = ['<%= config.bin %> plugins uninstall beacon-hello']
  static override readonly args = {
    plugin: Args.string({ required: true, description: 'its name, or the folder that is linked' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsUninstall)
    const { UserPlugins } = await import('../../cli/user-plugins/install.ts')
    const plugins = await UserPlugins.open(this.config, flags.timeout, (line) => this.output.note(line))
    const name = await plugins.uninstall(args.plugin)
    this.report({ name }, () => this.output.print(`removed ${name}`))
  }
}
