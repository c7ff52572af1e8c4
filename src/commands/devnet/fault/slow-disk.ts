import { Flags } from '@oclif/core'
import { FaultCommand, VALIDATORS } from '../../../cli/fault-command.ts'
import { FAULT_MS_MAX } from '../../../config/fault.ts'

export default class DevnetFaultSlowDisk extends FaultCommand {
  static override readonly summary = 'Make each write that validators make durable take longer.'
  static override readonly description =
    'A validator writes each vote to its log before it sends it, and waits until it is on disk.'
  static override readonly examples = ['<%= config.bin %> devnet fault slow-disk validator-3 --ms 50']
  static override readonly args = { processes: VALIDATORS }
  static override readonly flags = {
    ms: Flags.integer({
      summary: 'how much longer',
      required: true,
      min: 1,
      max: FAULT_MS_MAX,
      helpValue: 'MS',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultSlowDisk)
    await this.carryOut(flags, { kind: 'slow-disk', processes: args.processes, ms: flags.ms })
  }
}
