import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { askSupervisor } from '../../devnet/control-client.ts'

export default class DevnetRestart extends BaseCommand {
  static override readonly summary =
    'Stop one process of a running devnet, if it is alive, and start it again.'
  static override readonly examples = ['<%= config.bin %> devnet restart validator-3']
  static override readonly args = {
    process: Args.string({ required: true, description: 'as `devnet status` lists it' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetRestart)
    await askSupervisor(this.folder(flags).path, 'restart', args, flags.timeout)
    this.report({ process: args.process, state: 'running' }, () =>
      this.output.print(`${args.process} is running again`),
    )
  }
}
