import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'

export default class PluginsInstall extends BaseCommand {
  static override readonly summary = 'Install a plugin for all projects of this user.'
  static override readonly description =
    "With npm, into the user's data folder (BEACON_DATA_DIR). If it fails, nothing is left behind. Plugins of one project are listed in its configuration instead."
  static override readonly examples = [
    '<%= config.bin %> plugins install beacon-hello',
    '<%= config.bin %> plugins install @scope/beacon-hello@1.2.0',
    '<%= config.bin %> plugins install ./beacon-hello-1.2.0.tgz',
  ]
  static override readonly args = {
    plugin: Args.string({
      required: true,
      description: 'name of a package, path of a folder or .tgz file, URL',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsInstall)
    const { UserPlugins } = await import('../../cli/user-plugins/install.ts')
    const plugins = await UserPlugins.open(this.config, flags.timeout, (line) => this.output.note(line))
    const { name, version, root, commands } = await plugins.install(args.plugin)
    this.report({ name, version, root, commands }, () => {
      this.output.print(`installed ${name} ${version}: ${commands.join(', ')}`)
    })
  }
}
