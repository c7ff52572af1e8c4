import { Args } from '@oclif/core'
import {
  ActionCommand,
  AMOUNT_OR_ALL_ARG,
  FROM_FLAG,
  parseAmountOrAll,
  VALIDATOR_ARG,
} from '../../cli/action-command.ts'
import { redelegate } from '../../cli/stake-wishes.ts'

export default class StakeRedelegate extends ActionCommand {
  static override readonly summary = 'Move tokens from one validator to another, at once.'
  static override readonly description =
    'They answer for both until they would have been free, and stay with the new one as long.'
  static override readonly examples = [
    '<%= config.bin %> stake redelegate 3 4 500',
    '<%= config.bin %> stake redelegate 3 4 all --from 1',
  ]
  static override readonly args = {
    validator: VALIDATOR_ARG,
    to: Args.integer({ required: true, min: 0, description: 'the other one' }),
    amount: AMOUNT_OR_ALL_ARG,
  }
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { args, flags } = await this.parse(StakeRedelegate)
    const { validator, to, amount } = args
    await this.ask(flags, redelegate(validator, to, parseAmountOrAll(amount)))
  }
}
