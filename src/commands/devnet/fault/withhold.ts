import { Flags } from '@oclif/core'
import { CHAIN_FLAGS, FaultCommand, VALIDATORS } from '../../../cli/fault-command.ts'

export default class DevnetFaultWithhold extends FaultCommand {
  static override readonly summary =
    'Make validators keep their proposals from others, so that the views that they lead fail.'
  static override readonly description =
    'A proposal reaches as many as are just too few for a quorum, or nobody. In all else they do what they should, and nothing can be proven against them.'
  static override readonly examples = [
    '<%= config.bin %> devnet fault withhold validator-2',
    '<%= config.bin %> devnet fault withhold validator-2 --from all --rollup app --beacon',
  ]
  static override readonly args = { processes: VALIDATORS }
  static override readonly flags = {
    from: Flags.option({
      summary: 'from so many that those who have it are too few, or from all',
      options: ['most', 'all'] as const,
      default: 'most',
    })(),
    ...CHAIN_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultWithhold)
    const { from, rollup: rollups, beacon } = flags
    await this.carryOut(flags, { kind: 'withhold', processes: args.processes, from, rollups, beacon })
  }
}
