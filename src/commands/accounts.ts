import { BaseCommand } from '../cli/base-command.ts'
import { DEV_ACCOUNTS } from '../devnet/dev-accounts.ts'

export default class Accounts extends BaseCommand {
  static override readonly summary =
    'List the accounts that are funded on every chain of a devnet, with their keys.'
  static override readonly examples = ['<%= config.bin %> accounts']

  async run(): Promise<void> {
    await this.parse(Accounts)
    this.report({ accounts: DEV_ACCOUNTS }, () => {
      for (const { address, privateKey } of DEV_ACCOUNTS) this.output.print(`${address}  ${privateKey}`)
      this.output.note('everybody knows these keys: never use them elsewhere')
    })
  }
}
