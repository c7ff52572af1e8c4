import { ActionCommand, AMOUNT_ARG, FROM_FLAG, VALIDATOR_ARG } from '../../cli/action-command.ts'
import { parseTokens } from '../../cli/amounts.ts'
import { delegate } from '../../cli/stake-wishes.ts'

export default class StakeDelegate extends ActionCommand {
  static override readonly summary = 'Put tokens with a validator: they count as its stake, and earn rewards.'
  static override readonly description =
    'They count in votes and draws three epochs later. What the validator does wrong, they lose with it.'
  static override readonly examples = [
    '<%= config.bin %> stake delegate 3 500',
    '<%= config.bin %> stake delegate 3 0.5 --from 1 --json',
  ]
  static override readonly args = { validator: VALIDATOR_ARG, amount: AMOUNT_ARG }
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { args, flags } = await this.parse(StakeDelegate)
    await this.ask(flags, delegate(args.validator, parseTokens(args.amount)))
  }
}
