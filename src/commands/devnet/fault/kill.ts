import { FaultCommand, PROCESSES } from '../../../cli/fault-command.ts'

export default class DevnetFaultKill extends FaultCommand {
  static override readonly summary =
    'End processes as a crash does: at once, without a chance to write anything.'
  static override readonly description =
    '`devnet fault heal` or `devnet restart` start them again; they go on from what they had on disk.'
  static override readonly examples = [
    '<%= config.bin %> devnet fault kill validator-3',
    '<%= config.bin %> devnet fault kill validator-1 validator-2 l1 --json',
  ]
  static override readonly args = { processes: PROCESSES }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultKill)
    await this.carryOut(flags, { kind: 'kill', processes: args.processes })
  }
}
