import { ActionCommand, FROM_FLAG } from '../../cli/action-command.ts'

export default class ValidatorExit extends ActionCommand {
  static override readonly summary =
    'Have a validator leave: it serves for the epochs that are fixed already, and no more.'
  static override readonly description =
    'At most a quarter of the stake leaves in an epoch; who asks later waits. Once it has left, `stake undelegate` takes its own stake out.'
  static override readonly examples = ['<%= config.bin %> validator exit --from validator-6']
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { flags } = await this.parse(ValidatorExit)
    await this.ask(flags, { asked: { type: 'exitValidator' }, done: 'it leaves' })
  }
}
