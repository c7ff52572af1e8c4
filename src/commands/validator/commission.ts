import { Args } from '@oclif/core'
import { ActionCommand, FROM_FLAG, parsePercent } from '../../cli/action-command.ts'

export default class ValidatorCommission extends ActionCommand {
  static override readonly summary = "Change what a validator keeps of its delegators' rewards."
  static override readonly examples = ['<%= config.bin %> validator commission 5.5% --from validator-4']
  static override readonly args = {
    percent: Args.string({
      required: true,
      description: 'at most 20, and at most 1 more or less than before',
    }),
  }
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ValidatorCommission)
    const commissionBps = parsePercent(args.percent)
    await this.ask(flags, {
      asked: { type: 'setCommission', commissionBps },
      done: `the commission is ${commissionBps / 100} %`,
    })
  }
}
