import { BaseCommand } from '../cli/base-command.ts'

export default class ConfigCommand extends BaseCommand {
  static override readonly summary =
    "Print the project's configuration, resolved: defaults filled in, plugins heard."
  static override readonly description =
    'Flags stand above the environment, that above the configuration, and that above the defaults. The file is beacon.config.ts, .mts, .js or .mjs, here or in a folder above.'
  static override readonly examples = ['<%= config.bin %> config', '<%= config.bin %> config --json']

  async run(): Promise<void> {
    await this.parse(ConfigCommand)
    const { configFile, root, config, plugins } = await this.project()
    const result = { file: configFile, root, config, plugins: plugins.map(({ id }) => id) }
    this.report(result, () => {
      this.output.note(
        configFile === null ? `no configuration in ${root} or above: these are defaults` : configFile,
      )
      this.output.print(JSON.stringify(config, bigintsAsText, 2))
    })
  }
}

function bigintsAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
