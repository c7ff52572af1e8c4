import { FaultCommand, PROCESSES } from '../../../cli/fault-command.ts'

export default class DevnetFaultPause extends FaultCommand {
  static override readonly summary =
    'Let processes stand still, as a machine that hangs: connections stay open, and nobody answers.'
  static override readonly description =
    '`devnet fault resume` or `devnet fault heal` let them go on. A devnet that is stopped, or whose supervisor dies, leaves no paused process behind.'
  static override readonly examples = [
    '<%= config.bin %> devnet fault pause validator-3',
    '<%= config.bin %> devnet fault pause l1 --json',
  ]
  static override readonly args = { processes: PROCESSES }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultPause)
    await this.carryOut(flags, { kind: 'pause', processes: args.processes })
  }
}
