import { Flags } from '@oclif/core'
import { FaultCommand, TO_FLAG, VALIDATORS } from '../../../cli/fault-command.ts'
import { FAULT_MS_MAX } from '../../../config/fault.ts'

export default class DevnetFaultDelay extends FaultCommand {
  static override readonly summary = 'Make the messages of validators to other validators late.'
  static override readonly description =
    'Each message takes so much longer on its way out and stays behind those that were sent before it; what comes back is as quick as ever. JSON-RPC and the L1 are not affected.'
  static override readonly examples = [
    '<%= config.bin %> devnet fault delay validator-3 --ms 200 --jitter 50',
    '<%= config.bin %> devnet fault delay validator-0 validator-1 --ms 500 --to validator-2 --to validator-3',
  ]
  static override readonly args = { processes: VALIDATORS }
  static override readonly flags = {
    ms: Flags.integer({
      summary: 'how much longer',
      required: true,
      min: 1,
      max: FAULT_MS_MAX,
      helpValue: 'MS',
    }),
    jitter: Flags.integer({
      summary: 'each message takes up to so much less or more',
      min: 0,
      max: FAULT_MS_MAX,
      helpValue: 'MS',
    }),
    to: TO_FLAG,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultDelay)
    const { ms, jitter: jitterMs, to } = flags
    await this.carryOut(flags, { kind: 'delay', processes: args.processes, ms, jitterMs, to })
  }
}
