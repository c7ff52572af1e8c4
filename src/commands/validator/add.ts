import { Flags } from '@oclif/core'
import { ActionCommand, FROM_FLAG, parsePercent } from '../../cli/action-command.ts'
import { addValidator } from '../../cli/add-validator.ts'
import { formatTokens, parseTokens } from '../../cli/amounts.ts'
import { openNetwork } from '../../cli/network.ts'

export default class ValidatorAdd extends ActionCommand {
  static override readonly summary = 'Start a further validator of a running devnet, and stake it.'
  static override readonly description =
    "Its keys follow from the devnet's seed, and it is started, stopped, saved and broken like the others. It serves three epochs later; at most a quarter of the stake comes in in one epoch."
  static override readonly examples = [
    '<%= config.bin %> validator add',
    '<%= config.bin %> validator add --from 3 --stake 50000 --commission 10% --json',
  ]
  static override readonly flags = {
    ...FROM_FLAG,
    stake: Flags.string({ summary: 'in tokens, paid by who asks', default: '32000', helpValue: 'AMOUNT' }),
    commission: Flags.string({
      summary: "what it keeps of its delegators' rewards",
      default: '5%',
      helpValue: 'PERCENT',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ValidatorAdd)
    const wishes = {
      stake: parseTokens(flags.stake),
      commissionBps: parsePercent(flags.commission),
      payer: this.signer(flags).privateKey,
      timeoutMs: flags.timeout,
    }
    const folder = this.folder(flags)
    const added = await addValidator(await openNetwork(folder, flags.timeout), folder, wishes)
    this.report(added, () => {
      const { process, stake, servesFrom } = added
      this.output.print(
        `${process} runs, with ${formatTokens(stake)} tokens staked; it serves from epoch ${servesFrom} on`,
      )
    })
  }
}
