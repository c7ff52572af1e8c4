import { Args, Flags } from '@oclif/core'
import { FaultCommand } from '../../../cli/fault-command.ts'

export default class DevnetFaultPartition extends FaultCommand {
  static override readonly summary = 'Cut groups of validators off from one another.'
  static override readonly description =
    'A GROUP is a list of validators with commas. Messages from one group to another vanish, and connections seem open, as to both ends of a cut cable; when the cut is healed they count as made anew. One group alone is cut off from all others; those in no group reach everybody. JSON-RPC and the L1 stay in reach of all.'
  static override readonly examples = [
    {
      description: 'One validator alone.',
      command: '<%= config.bin %> devnet fault partition validator-0',
    },
    '<%= config.bin %> devnet fault partition validator-0,validator-1,validator-2 validator-3,validator-4',
    {
      description: 'It hears all others, and none of them hears it.',
      command: '<%= config.bin %> devnet fault partition validator-0 --one-way',
    },
  ]
  static override readonly args = {
    groups: Args.string({ multiple: true, required: true, description: 'as in validator-0,validator-1' }),
  }
  static override readonly flags = {
    'one-way': Flags.boolean({
      summary: 'lose only what goes from a group to a later one, or from the only group to the others',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultPartition)
    const groups = args.groups.map((group) => group.split(',').filter((name) => name !== ''))
    await this.carryOut(flags, { kind: 'partition', groups, oneWay: flags['one-way'] })
  }
}
