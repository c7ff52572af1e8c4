import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'

export default class PluginsLink extends BaseCommand {
  static override readonly summary = 'Use the plugin in a folder as it is, for all projects of this user.'
  static override readonly description =
    'For those who write it: changes in the folder show at once. Its dependencies are what is installed there; `plugins uninstall` ends it.'
  static override readonly examples = ['<%= config.bin %> plugins link ../beacon-hello']
  static override readonly args = { path: Args.string({ required: true, description: 'its folder' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsLink)
    const { UserPlugins } = await import('../../cli/user-plugins/install.ts')
    const plugins = await UserPlugins.open(this.config, flags.timeout, (line) => this.output.note(line))
    const { name, version, root, commands } = await plugins.link(args.path)
    this.report({ name, version, root, commands }, () => {
      this.output.print(`linked ${name} ${version}: ${commands.join(', ')}`)
    })
  }
}
