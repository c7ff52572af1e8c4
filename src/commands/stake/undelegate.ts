import {
  ActionCommand,
  AMOUNT_OR_ALL_ARG,
  FROM_FLAG,
  parseAmountOrAll,
  VALIDATOR_ARG,
} from '../../cli/action-command.ts'
import { undelegate } from '../../cli/stake-wishes.ts'

export default class StakeUndelegate extends ActionCommand {
  static override readonly summary = 'Take tokens out of a validator; they are free some epochs later.'
  static override readonly description =
    'Until then they answer for what the validator did while they backed it. `stake show` tells from which epoch on `stake claim` pays them.'
  static override readonly examples = [
    '<%= config.bin %> stake undelegate 3 500',
    '<%= config.bin %> stake undelegate 3 all --from 1',
  ]
  static override readonly args = { validator: VALIDATOR_ARG, amount: AMOUNT_OR_ALL_ARG }
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { args, flags } = await this.parse(StakeUndelegate)
    await this.ask(flags, undelegate(args.validator, parseAmountOrAll(args.amount)))
  }
}
