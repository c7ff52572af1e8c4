import { FaultCommand, PROCESSES } from '../../../cli/fault-command.ts'

export default class DevnetFaultResume extends FaultCommand {
  static override readonly summary = 'Let paused processes go on.'
  static override readonly examples = ['<%= config.bin %> devnet fault resume validator-3']
  static override readonly args = { processes: PROCESSES }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultResume)
    await this.carryOut(flags, { kind: 'resume', processes: args.processes })
  }
}
