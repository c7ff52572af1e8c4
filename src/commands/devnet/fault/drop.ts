import { Flags } from '@oclif/core'
import { FaultCommand, TO_FLAG, VALIDATORS } from '../../../cli/fault-command.ts'

export default class DevnetFaultDrop extends FaultCommand {
  static override readonly summary = 'Lose some of the messages of validators to other validators.'
  static override readonly description =
    'Whole messages are lost one by one, which no connection over TCP does: it breaks what nodes expect of theirs. Consensus repeats what matters; a transaction may stay where it was sent until its node leads. When the fault is undone, the connection counts as made anew.'
  static override readonly examples = [
    '<%= config.bin %> devnet fault drop validator-3 --percent 30',
    '<%= config.bin %> devnet fault drop validator-0 --percent 100 --to validator-1',
  ]
  static override readonly args = { processes: VALIDATORS }
  static override readonly flags = {
    percent: Flags.integer({
      summary: 'how many of a hundred',
      required: true,
      min: 1,
      max: 100,
      helpValue: 'N',
    }),
    to: TO_FLAG,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultDrop)
    const { percent, to } = flags
    await this.carryOut(flags, { kind: 'drop', processes: args.processes, percent, to })
  }
}
