import { ActionCommand, FROM_FLAG } from '../../cli/action-command.ts'

export default class ValidatorUnjail extends ActionCommand {
  static override readonly summary = 'Have a validator back that was jailed for being absent.'
  static override readonly examples = ['<%= config.bin %> validator unjail --from validator-4']
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { flags } = await this.parse(ValidatorUnjail)
    const done = 'it is back, and serves again in three epochs'
    await this.ask(flags, { asked: { type: 'unjail' }, done })
  }
}
