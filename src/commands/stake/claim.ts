import { ActionCommand, FROM_FLAG, VALIDATOR_ARG } from '../../cli/action-command.ts'
import { claim } from '../../cli/stake-wishes.ts'

export default class StakeClaim extends ActionCommand {
  static override readonly summary = 'Have rewards paid out, and what was taken out and is free by now.'
  static override readonly examples = [
    '<%= config.bin %> stake claim 3',
    {
      description: 'A validator its own rewards and its commission.',
      command: '<%= config.bin %> stake claim 3 --from validator-3',
    },
  ]
  static override readonly args = { validator: VALIDATOR_ARG }
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { args, flags } = await this.parse(StakeClaim)
    await this.ask(flags, claim(args.validator))
  }
}
