import { BaseCommand } from '../../cli/base-command.ts'
import { tellStopping } from '../../cli/devnet-hooks.ts'
import { askSupervisor, isRunning } from '../../devnet/control-client.ts'

export default class DevnetDown extends BaseCommand {
  static override readonly summary = 'Stop a running devnet; what it stored stays.'
  static override readonly examples = [
    '<%= config.bin %> devnet down',
    '<%= config.bin %> devnet down --name ci',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(DevnetDown)
    const folder = this.folder(flags)
    if (await isRunning(folder.path)) {
      await tellStopping(await this.project(), folder, (line) => this.output.warn(line))
    }
    await askSupervisor(folder.path, 'stop', {}, flags.timeout)
    this.report({ name: folder.name, status: 'stopped' }, () =>
      this.output.print(`${folder.name} is stopped`),
    )
  }
}
