import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { fetchConfirmation } from '../../cli/get-confirmation.ts'
import { openNetwork } from '../../cli/network.ts'

export default class ConfirmationGet extends BaseCommand {
  static override readonly summary =
    "Get the soft confirmation of a transaction: its committee's certificate, with all that is needed to check it."
  static override readonly description =
    'It promises what the stakes of five seats are worth; the Beacon record, which follows within a block, is backed by all validators. `confirmation verify` checks both.'
  static override readonly examples = [
    '<%= config.bin %> confirmation get 0x7c5e… --json > confirmation.json',
    '<%= config.bin %> confirmation get 0x7c5e… --rollup app',
  ]
  static override readonly args = {
    tx: Args.string({ required: true, description: 'hash of the transaction' }),
  }
  static override readonly flags = {
    rollup: Flags.string({ summary: 'look in this rollup only', helpValue: 'NAME' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfirmationGet)
    const network = await openNetwork(this.folder(flags), flags.timeout)
    const confirmation = await fetchConfirmation(network, args.tx, flags.rollup, Date.now() + flags.timeout)
    this.report({ confirmation }, () => this.output.print(JSON.stringify(confirmation, null, 2)))
  }
}
