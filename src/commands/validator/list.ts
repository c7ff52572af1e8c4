import { BaseCommand } from '../../cli/base-command.ts'
import { describeValidators, listValidators } from '../../cli/list-validators.ts'
import { openNetwork } from '../../cli/network.ts'

export default class ValidatorList extends BaseCommand {
  static override readonly summary =
    'List the validators with their stakes and weights, and who was slashed, jailed or has left.'
  static override readonly examples = [
    '<%= config.bin %> validator list',
    '<%= config.bin %> validator list --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(ValidatorList)
    const list = await listValidators(await openNetwork(this.folder(flags), flags.timeout))
    this.report(list, () => {
      for (const line of describeValidators(list.validators)) this.output.print(line)
    })
  }
}
