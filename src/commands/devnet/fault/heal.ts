import { Args } from '@oclif/core'
import { FaultCommand } from '../../../cli/fault-command.ts'

export default class DevnetFaultHeal extends FaultCommand {
  static override readonly summary = 'Undo all faults, or those of some processes, and start what is dead.'
  static override readonly description =
    'Returns when every process is ready; the chains may take a moment longer. `devnet save`, snapshots and `devnet down` undo all faults too.'
  static override readonly examples = [
    '<%= config.bin %> devnet fault heal',
    '<%= config.bin %> devnet fault heal validator-3 validator-4 --json',
  ]
  static override readonly args = {
    processes: Args.string({ multiple: true, description: 'as `devnet status` lists them; all if left out' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultHeal)
    await this.carryOut(flags, { kind: 'heal', processes: args.processes })
  }
}
